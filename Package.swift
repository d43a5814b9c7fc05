// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Continuous integration sets this; users of the package never see our warnings as errors.
let strict = ProcessInfo.processInfo.environment["INSIGHTFLOW_STRICT"] == "1"

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

/// Files of reference values beside a target's tests: read by path, not built.
func goldenFolders(of target: String) -> [String] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Tests/\(target)")
    return ["Golden"].filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path()) }
}

/// A library target of ours and the product of the same name.
struct Module {
    var name: String
    var dependencies: [Target.Dependency]
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let modules: [Module] = [
    Module(name: "IFCore", dependencies: [log]),
    Module(name: "IFImpute", dependencies: ["IFCore", "IFLinearAlgebra"]),
    Module(name: "IFRatings", dependencies: ["IFCore"]),
    Module(name: "IFALS", dependencies: ["IFCore", "IFLinearAlgebra"]),
    Module(name: "IFRerank", dependencies: ["IFCore", "IFLinearAlgebra"]),
    Module(name: "IFEval", dependencies: ["IFCore"]),
    Module(name: "IFSegment", dependencies: ["IFCore", "IFLinearAlgebra"]),
    Module(name: "IFFiles", dependencies: ["IFCore", "CArrow", "CGzip"]),
    Module(name: "IFCharts", dependencies: ["IFCore", "CPangoCairo"]),
    Module(name: "IFSynth", dependencies: ["IFCore"]),
    Module(
        name: "IFStore",
        dependencies: ["IFCore", .product(name: "Crypto", package: "swift-crypto")]),
    Module(
        name: "IFAWS",
        dependencies: ["IFCore", "IFStore", "CCurl", .product(name: "Crypto", package: "swift-crypto")]),
    Module(name: "IFJobs", dependencies: ["IFCore", "IFStore", "IFAWS"]),
    Module(
        name: "IFPipeline",
        dependencies: [
            "IFCore", "IFLinearAlgebra", "IFImpute", "IFRatings", "IFALS", "IFRerank", "IFEval", "IFSegment",
            "IFCharts", "IFFiles", "IFStore", "IFAWS", "IFJobs", "IFSynth", .product(name: "Yams", package: "Yams"),
            .product(name: "Crypto", package: "swift-crypto"),
        ]),
    Module(name: "IFTesting", dependencies: ["IFCore"]),
]

let package = Package(
    name: "InsightFlow",
    products: modules.map { .library(name: $0.name, targets: [$0.name]) } + [
        .executable(name: "insightflow", targets: ["IFCLI"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // Native libraries; each is imported by exactly one target of ours (see Docs/Architecture).
        .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // Debian has no package of Arrow: Scripts/setup-arrow.sh installs it.
        .systemLibrary(name: "CArrowSystem", pkgConfig: "parquet"),
        .target(name: "CArrow", dependencies: ["CArrowSystem"]),
        .systemLibrary(name: "CISALSystem", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .target(name: "CGzip", dependencies: ["CISALSystem"]),
        // The flags of Cairo alone: those of pangocairo hold -pthread, which SwiftPM warns of (see its shim.h).
        .systemLibrary(name: "CPangoCairo", pkgConfig: "cairo", providers: [.apt(["libpango1.0-dev"])]),
        .target(name: "CIFKernels"),
        // Kernels shared by the stages; package access, so nothing leaks into the public surface.
        .target(name: "IFLinearAlgebra", dependencies: ["IFCore", "COpenBLAS", "CIFKernels"]),
        .executableTarget(
            name: "IFCLI",
            dependencies: [
                "IFCore", "IFALS", "IFPipeline", "IFFiles", "IFStore", "IFAWS", "IFJobs", "IFSynth",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
    ]
        + modules.map { .target(name: $0.name, dependencies: $0.dependencies) }
        + modules.filter { $0.name != "IFTesting" }.map { module in
            .testTarget(
                name: "\(module.name)Tests",
                dependencies: [.byName(name: module.name), "IFTesting"]
                    + module.dependencies.filter { $0.isNeededByTests } + (module.name == "IFCore" ? [] : ["IFCore"])
                    // Early stopping and search watch ranking metrics, which the module itself does not know.
                    + (module.name == "IFALS" ? ["IFEval"] : []),
                exclude: goldenFolders(of: "\(module.name)Tests"))
        }
        + [
            .testTarget(
                name: "IFLinearAlgebraTests", dependencies: ["IFLinearAlgebra", "IFCore", "IFTesting"],
                exclude: goldenFolders(of: "IFLinearAlgebraTests")),
            .testTarget(name: "IFCLITests", dependencies: ["IFCLI", "IFCore", "IFFiles", "IFStore", "IFTesting"]),
            // A program for Scripts/kill-test.sh: writes runs until it is killed, and checks what is left.
            .executableTarget(
                name: "RunCrasher", dependencies: ["IFCore", "IFStore", "IFAWS"], path: "Tests/RunCrasher"),
        ],
    cxxLanguageStandard: .cxx20
)

extension Target.Dependency {
    /// Tests import the modules beneath the one they test; C targets stay behind it.
    var isNeededByTests: Bool {
        switch self {
        case .byNameItem(let name, _): name.hasPrefix("IF") && name != "IFCore"
        default: true
        }
    }
}

for target in package.targets where target.type != .system && !target.name.hasPrefix("C") {
    // The testing library's macros expand to code that strict memory safety would flag.
    let safety: [SwiftSetting] = target.type == .test ? [] : [.strictMemorySafety()]
    target.swiftSettings = settings + safety + (strict ? [.treatAllWarnings(as: .error)] : [])
}
