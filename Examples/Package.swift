// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that it depends on InsightFlow exactly as yours would.
// In your manifest, replace the path by the repository's address and a version.
let package = Package(
    name: "Examples",
    dependencies: [
        .package(name: "InsightFlow", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "Quickstart",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"),
                .product(name: "IFALS", package: "InsightFlow"),
            ],
            exclude: ["README.md"]),
        .executableTarget(
            name: "RetailSegmentation",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"),
                .product(name: "IFPipeline", package: "InsightFlow"),
                .product(name: "IFSegment", package: "InsightFlow"),
            ],
            exclude: ["README.md", "Data"]),
        .executableTarget(
            name: "FullPipeline",
            dependencies: [
                .product(name: "IFCore", package: "InsightFlow"),
                .product(name: "IFImpute", package: "InsightFlow"),
                .product(name: "IFRatings", package: "InsightFlow"),
                .product(name: "IFALS", package: "InsightFlow"),
                .product(name: "IFEval", package: "InsightFlow"),
                .product(name: "IFRerank", package: "InsightFlow"),
                .product(name: "IFSegment", package: "InsightFlow"),
                .product(name: "IFSynth", package: "InsightFlow"),
            ],
            exclude: ["README.md"]),
    ]
)
