using Google.Protobuf.Collections;
using Shrike.Formats.Messages;

namespace Shrike.Calling;

/// <summary>Typed access to the info maps of variants and calls. A missing key reads as an empty list.</summary>
internal static class InfoMap
{
    public static RepeatedField<Value>? Get(MapField<string, ListValue> map, string key) => map.TryGetValue(key, out ListValue? list) ? list.Values : null;

    public static void Set(MapField<string, ListValue> map, string key, Value value)
    {
        map.Remove(key);
        map.Add(key, new ListValue { Values = { value } });
    }

    public static int SumOfInts(MapField<string, ListValue> map, string key)
    {
        int sum = 0;
        foreach (Value v in (IEnumerable<Value>?)Get(map, key) ?? []) sum += v.IntValue;
        return sum;
    }
}
