using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Shrike.Formats;

/// <summary>Messages in protobuf text format, which the original uses for run information.</summary>
public static class ProtoText
{
    /// <summary>The text of a message, fields by number, one a line; what has its default is left out.</summary>
    public static string Write(IMessage message)
    {
        var text = new StringBuilder();
        Write(message, text, "");
        return text.ToString();
    }

    private static void Write(IMessage message, StringBuilder text, string indent)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            object? value = field.Accessor.GetValue(message);
            if (field.IsMap)
            {
                FieldDescriptor valueField = field.MessageType.Fields[2];
                foreach (DictionaryEntry entry in (IDictionary)value)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{indent}{field.Name} {{\n");
                    Item(field.MessageType.Fields[1], entry.Key, text, indent + "  ");
                    Item(valueField, entry.Value!, text, indent + "  ");
                    text.Append(CultureInfo.InvariantCulture, $"{indent}}}\n");
                }
            }
            else if (field.IsRepeated)
            {
                foreach (object item in (IList)value) Item(field, item, text, indent);
            }
            else if (field.HasPresence ? field.Accessor.HasValue(message) : !IsDefault(value))
            {
                Item(field, value, text, indent);
            }
        }
    }

    private static void Item(FieldDescriptor field, object value, StringBuilder text, string indent)
    {
        if (value is IMessage inner)
        {
            text.Append(CultureInfo.InvariantCulture, $"{indent}{field.Name} {{\n");
            Write(inner, text, indent + "  ");
            text.Append(CultureInfo.InvariantCulture, $"{indent}}}\n");
            return;
        }

        string shown = value switch
        {
            string s => Quote(Encoding.UTF8.GetBytes(s)),
            ByteString b => Quote(b.ToByteArray()),
            bool b => b ? "true" : "false",
            Enum e => field.EnumType.FindValueByNumber(Convert.ToInt32(e, CultureInfo.InvariantCulture))?.Name ?? Convert.ToInt32(e, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
        text.Append(CultureInfo.InvariantCulture, $"{indent}{field.Name}: {shown}\n");
    }

    private static bool IsDefault(object? value) => value switch
    {
        null => true,
        string s => s.Length == 0,
        ByteString b => b.IsEmpty,
        bool b => !b,
        Enum e => Convert.ToInt32(e, CultureInfo.InvariantCulture) == 0,
        IMessage => false,
        _ => Convert.ToDouble(value, CultureInfo.InvariantCulture) == 0,
    };

    private static string Quote(byte[] bytes)
    {
        var text = new StringBuilder("\"");
        foreach (byte b in bytes)
        {
            if (b is (byte)'"' or (byte)'\\') text.Append('\\').Append((char)b);
            else if (b == '\n') text.Append("\\n");
            else if (b is >= 32 and < 127) text.Append((char)b);
            else text.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0'));
        }

        return text.Append('"').ToString();
    }
}
