// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of InsightFlow never build it. Each program is one side of a comparison; the
// scripts beside it run the peer on the same data in the same run.
let package = Package(
    name: "Benchmarks",
    dependencies: [.package(name: "InsightFlow", path: "..")],
    targets: [
        .executableTarget(
            name: "ALSBenchmark",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"), .product(name: "IFALS", package: "InsightFlow"),
                .product(name: "IFFiles", package: "InsightFlow"),
            ]),
        .executableTarget(
            name: "ServingBenchmark",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"), .product(name: "IFALS", package: "InsightFlow"),
            ]),
        .executableTarget(
            name: "QualityBenchmark",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"), .product(name: "IFALS", package: "InsightFlow"),
                .product(name: "IFEval", package: "InsightFlow"),
            ]),
        .executableTarget(
            name: "RatingsBenchmark",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"), .product(name: "IFRatings", package: "InsightFlow"),
                .product(name: "IFFiles", package: "InsightFlow"),
            ]),
        .executableTarget(
            name: "FilesBenchmark",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"), .product(name: "IFFiles", package: "InsightFlow"),
            ]),
        .executableTarget(
            name: "S3Benchmark",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"), .product(name: "IFStore", package: "InsightFlow"),
                .product(name: "IFAWS", package: "InsightFlow"),
            ]),
        .executableTarget(
            name: "ChartBenchmark", dependencies: [.product(name: "IFCharts", package: "InsightFlow")]),
    ]
)
