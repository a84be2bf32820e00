#!/usr/bin/env bash
# ONNX Runtime 1.31.1: AveragePool (and MaxPool) with pads that are not smaller than the kernel are refused when the model is loaded.
#
# ONNX's operator text only asks for pads of 0 or more. With count_include_pad = 1 every window has a defined mean, also one that lies wholly in the
# padding (0). A kernel of 2 with pads of 1 runs; with pads of 2 session creation fails with "Pad should be smaller than kernel".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="1.31.1" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Text;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

// A few messages of onnx.proto, written by field number.
static byte[] Join(params byte[][] parts) => parts.SelectMany(p => p).ToArray();
static byte[] Var(ulong v) { List<byte> b = []; do { byte x = (byte)(v & 127); v >>= 7; b.Add(v != 0 ? (byte)(x | 128) : x); } while (v != 0); return [.. b]; }
static byte[] Num(int field, long v) => Join(Var((ulong)field << 3), Var((ulong)v));
static byte[] Bytes(int field, byte[] v) => Join(Var(((ulong)field << 3) | 2), Var((ulong)v.Length), v);
static byte[] Text(int field, string v) => Bytes(field, Encoding.UTF8.GetBytes(v));
static byte[] Ints(string name, params long[] v) => Join(Text(1, name), Join([.. v.Select(x => Num(8, x))]), Num(20, 7));
static byte[] Int(string name, long v) => Join(Text(1, name), Num(3, v), Num(20, 2));
static byte[] Node(string op, string[] inputs, string output, params byte[][] attributes) => Join(Join([.. inputs.Select(i => Text(1, i))]), Text(2, output), Text(4, op), Join([.. attributes.Select(a => Bytes(5, a))]));
static byte[] Value(string name, params long[] dims) => Join(Text(1, name), Bytes(2, Bytes(1, Join(Num(1, 1), Bytes(2, Join([.. dims.Select(d => Bytes(1, Num(1, d)))]))))));
static byte[] Out(string name) => Join(Text(1, name), Bytes(2, Bytes(1, Num(1, 1))));
static byte[] Model(long opset, byte[] node, byte[][] inits, byte[] input, byte[] output)
    => Join(Num(1, 8), Bytes(7, Join(Bytes(1, node), Text(2, "g"), Join([.. inits.Select(i => Bytes(5, i))]), Bytes(11, input), Bytes(12, output))), Bytes(8, Num(2, opset)));
static string Run(byte[] model, int[] shape, float[] x)
{
    try
    {
        using InferenceSession s = new(model);
        using var r = s.Run([NamedOnnxValue.CreateFromTensor("x", new DenseTensor<float>(x, shape))]);
        var t = r.First().AsTensor<float>();
        return $"[{string.Join(",", t.Dimensions.ToArray())}] {string.Join(" ", t.Select(v => v.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture)))}";
    }
    catch (OnnxRuntimeException e) { return e.Message.Contains("Pad should be smaller than kernel") ? "refused: Pad should be smaller than kernel" : e.Message; }
}
foreach (int pad in new[] { 1, 2 })
{
    byte[] model = Model(13, Node("AveragePool", ["x"], "y", Ints("kernel_shape", 2, 2), Ints("pads", pad, pad, pad, pad), Int("count_include_pad", 1)),
        [], Value("x", 1, 1, 2, 2), Out("y"));
    Console.WriteLine($"AveragePool kernel 2, pads {pad}: " + Run(model, [1, 1, 2, 2], [1, 2, 3, 4]));
}
CS
dotnet run -c Release --nologo > output.txt 2> errors.txt || { cat output.txt errors.txt; exit 1; }
cat output.txt
cat > expected.txt <<'TEXT'
AveragePool kernel 2, pads 1: [1,1,3,3] 0.25 0.75 0.5 1 2.5 1.5 0.75 1.75 1
AveragePool kernel 2, pads 2: refused: Pad should be smaller than kernel
TEXT
if diff -u expected.txt output.txt; then
  echo "as found"
else
  echo "the behavior has changed"
  exit 1
fi
