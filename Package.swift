// swift-tools-version: 6.1
//
// Modules from the bottom up; a target may use only what its `dependencies` name.

import PackageDescription

let package = Package(
  name: "dmft",
  products: [
    .executable(name: "dmft", targets: ["dmft"]),
    .library(name: "Problems", targets: ["Problems"]),
    .library(name: "MeanField", targets: ["MeanField"]),
    .library(name: "FiniteWidth", targets: ["FiniteWidth"]),
    .library(name: "Parsimony", targets: ["Parsimony"]),
    .library(name: "Committee", targets: ["Committee"]),
    .library(name: "Validation", targets: ["Validation"]),
    .library(name: "Studies", targets: ["Studies"]),
    .library(name: "Tables", targets: ["Tables"]),
    .library(name: "Configurations", targets: ["Configurations"]),
    .library(name: "Experiments", targets: ["Experiments"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "LinearAlgebra", targets: ["LinearAlgebra"]),
    .library(name: "Calculus", targets: ["Calculus"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // A plugin only, which nothing links: `scripts/documentation` builds the pages with it.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // System libraries. No `pkgConfig` on purpose: the order of its flags can hand every
    // BLAS call to the slow libgslcblas; plain `link` lines cannot (a test asserts OpenBLAS).
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CNLopt", providers: [.apt(["libnlopt-dev"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "Clibzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "Clibmd", providers: [.apt(["libmd-dev"])]),
    .target(name: "CBLASProvenance"),
    // Runs before the libraries' constructors, so only an executable can link it.
    .target(name: "CProcessStart"),

    // Numerics.
    .target(
      name: "LinearAlgebra",
      dependencies: [
        "COpenBLAS", "CBLASProvenance", .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .target(
      name: "Calculus",
      dependencies: ["CGSL", "CNLopt", .product(name: "RealModule", package: "swift-numerics")]),

    .target(name: "Parallel"),
    .target(name: "ChildProcesses"),

    // Problems as plain values.
    .target(
      name: "Problems",
      dependencies: [.product(name: "RealModule", package: "swift-numerics")]),

    // Sciences: they never import one another.
    .target(
      name: "MeanField",
      dependencies: [
        "Problems", "LinearAlgebra", "Calculus", "Parallel", .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .target(
      name: "FiniteWidth",
      dependencies: [
        "Problems", "LinearAlgebra", "Calculus", "Parallel", .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .target(
      name: "Parsimony",
      dependencies: [
        "Problems", "LinearAlgebra", "Calculus", "Parallel", .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .target(
      name: "Committee",
      dependencies: [
        "Problems", "LinearAlgebra", "Calculus", "Parallel", .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .target(name: "Validation", dependencies: ["Problems", "Calculus"]),
    .target(
      name: "Studies", dependencies: ["Calculus", "Parallel", .product(name: "RealModule", package: "swift-numerics")]),

    // What comes in: files, tables, configurations.
    .target(name: "JSON"),
    .target(name: "Files", dependencies: ["Clibmd"]),
    .target(name: "Tables", dependencies: ["Problems", "LinearAlgebra", "Files"]),
    .target(
      name: "Configurations",
      dependencies: ["Problems", "Tables", "Files", "JSON", "LinearAlgebra", .product(name: "Yams", package: "Yams")]),

    // What goes out: reports and run folders.
    .target(name: "Reports", dependencies: ["JSON", "ChildProcesses"]),
    .target(name: "RunStore", dependencies: ["JSON", "Files", "Clibzip"]),

    // Commands as values.
    .target(
      name: "Experiments",
      dependencies: [
        "Problems", "MeanField", "FiniteWidth", "Parsimony", "Committee", "Validation", "Studies", "Tables",
        "Configurations", "Reports", "RunStore", "JSON", "Files", "LinearAlgebra", "Parallel",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),

    // The command line.
    .target(name: "Slurm", dependencies: ["ChildProcesses"]),
    .executableTarget(
      name: "dmft",
      dependencies: [
        "Problems", "Experiments", "Configurations", "Reports", "RunStore", "JSON", "Files", "Slurm", "LinearAlgebra",
        "Parallel", "Tables", "MeanField", "FiniteWidth", "Studies", "Validation", "Committee", "CProcessStart",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Articles about several modules: no code, and nothing imports it.
    .target(
      name: "Guide",
      dependencies: [
        "Problems", "MeanField", "FiniteWidth", "Parsimony", "Tables", "Validation", "Studies", "Configurations",
        "Experiments", "Reports", "LinearAlgebra", "Calculus",
      ]),

    // Reference curves and problems that several test targets share.
    .target(
      name: "Fixtures",
      dependencies: [
        "Problems", "MeanField", "FiniteWidth", "Parallel", "Tables", "Configurations", "Files", "LinearAlgebra",
      ],
      path: "Tests/Fixtures", exclude: ["oracle"]),

    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "ProblemsTests", dependencies: ["Problems"]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"]),
    .testTarget(name: "CalculusTests", dependencies: ["Calculus"]),
    .testTarget(name: "TablesTests", dependencies: ["Fixtures", "Tables", "Problems", "Files"]),
    .testTarget(
      name: "MeanFieldTests",
      dependencies: [
        "Fixtures", "MeanField", "Problems", "LinearAlgebra", "Calculus", "Tables", "Configurations",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .testTarget(
      name: "FiniteWidthTests",
      dependencies: [
        "Fixtures", "FiniteWidth", "Problems", "LinearAlgebra", "Parallel", "MeanField", "Tables", "Studies",
      ]),
    .testTarget(
      name: "ValidationTests",
      dependencies: ["Fixtures", "Validation", "FiniteWidth", "Parallel", "MeanField", "Problems", "Calculus"]),
    .testTarget(name: "StudiesTests", dependencies: ["Fixtures", "Studies", "MeanField", "Problems"]),
    .testTarget(name: "ParsimonyTests", dependencies: ["Parsimony", "Problems", "LinearAlgebra", "Calculus"]),
    .testTarget(
      name: "CommitteeTests",
      dependencies: [
        "Fixtures", "Committee", "Problems", "Calculus", "Parallel",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .testTarget(name: "SlurmTests", dependencies: ["Slurm"]),
    .testTarget(name: "ReportsTests", dependencies: ["Reports", "JSON"]),
    .testTarget(name: "RunStoreTests", dependencies: ["Fixtures", "Experiments", "RunStore", "Files", "JSON"]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Fixtures", "Experiments", "Configurations", "Problems", "MeanField", "Reports", "RunStore", "JSON", "Files",
        "Tables", "Validation", "FiniteWidth", "Parsimony", "Committee", "Studies",
      ]),
    .testTarget(name: "ChildProcessesTests", dependencies: ["ChildProcesses"]),
    .testTarget(name: "ParallelTests", dependencies: ["Parallel"]),
    .testTarget(
      name: "ConfigurationsTests",
      dependencies: ["Fixtures", "Configurations", "Problems", "Tables", "JSON", "Files"]),
    .testTarget(name: "StyleTests", dependencies: ["Files"]),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Fixtures", "ChildProcesses", "Experiments", "Configurations", "RunStore", "Reports", "JSON"]),
  ],
  swiftLanguageModes: [.v6]
)
