// swift-tools-version: 6.2
import PackageDescription

// Two consumers of the package for Scripts/check-linkage.sh; not part of the package's own tests.
let package = Package(
    name: "Linkage",
    dependencies: [
        .package(name: "InsightFlow", path: "../..")
    ],
    targets: [
        // What a service that only fits and serves factors imports.
        .executableTarget(
            name: "ALSOnly",
            dependencies: [
                .product(name: "IFALS", package: "InsightFlow"),
                .product(name: "IFCore", package: "InsightFlow"),
            ]),
        // The control: it links Arrow, so the check must reject it.
        .executableTarget(
            name: "WithFiles",
            dependencies: [.product(name: "IFFiles", package: "InsightFlow")]),
    ]
)
