namespace Shrike.Core;

/// <summary>Exit status of the program, one number per kind of failure.</summary>
public enum ExitCode
{
    /// <summary>All outputs are whole and under their final names.</summary>
    Ok = 0,

    /// <summary>A defect of the program itself.</summary>
    Internal = 1,

    /// <summary>Wrong command line, or inputs that do not fit together; nothing was started.</summary>
    Usage = 2,

    /// <summary>An input file is damaged, foreign or incomplete.</summary>
    InvalidData = 3,

    /// <summary>A file cannot be opened, read or written.</summary>
    InputOutput = 4,

    /// <summary>The memory budget does not suffice.</summary>
    OutOfMemory = 5,

    /// <summary>The requested compute device is not there.</summary>
    DeviceUnavailable = 6,

    /// <summary>Stopped by SIGHUP: the terminal is gone.</summary>
    HungUp = 129,

    /// <summary>Stopped by SIGINT.</summary>
    Interrupted = 130,

    /// <summary>Stopped by SIGTERM.</summary>
    Terminated = 143,
}
