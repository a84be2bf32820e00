using System.Globalization;
using SkinClassifier.Benchmarks.Peers;
using static TorchSharp.torch;
using static TorchSharp.torchvision;

// libtorch as a peer of `SkinClassifier.Benchmarks training`, which starts it for every round (docs/performance.md). Its native part asks for a C++ library
// of GCC 13 or later (GLIBCXX_3.4.32).
// dotnet build -c Release benchmarks/peers/TorchSharp
// --peer "dotnet benchmarks/peers/TorchSharp/bin/Release/net10.0/SkinClassifier.Benchmarks.Peers.TorchSharp.dll {network} {batch} 2 {seconds}"
(string network, int batch, int threads, double seconds) =
    (args[0], int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture),
        double.Parse(args[3], CultureInfo.InvariantCulture));
set_num_threads(threads);
random.manual_seed(1);
using nn.Module<Tensor, Tensor> model = network switch
{
    "mobilenet_v2" => models.mobilenet_v2(),
    "resnet18" => models.resnet18(),
    "resnet50" => models.resnet50(),
    _ => throw new ArgumentException($"expected mobilenet_v2, resnet18 or resnet50, received {network}", nameof(args)),
};
using Tensor pixels = rand(batch, 3, 224, 224), labels = randint(0, 1000, batch, dtype: int64);
using optim.Optimizer optimizer = optim.SGD(model.parameters(), 0.01, momentum: 0.9);
using TorchSharp.Modules.CrossEntropyLoss loss = nn.CrossEntropyLoss();
model.train();
PeerClock.Print(batch, seconds, () =>
{
    using TorchSharp.DisposeScope scope = NewDisposeScope();
    optimizer.zero_grad();
    loss.forward(model.forward(pixels), labels).backward();
    optimizer.step();
});
