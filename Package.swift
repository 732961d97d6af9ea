// swift-tools-version: 6.1
//
// The rooms of the house, from the cellar up; a target may use only what its `dependencies` name.

import PackageDescription

let package = Package(
  name: "dmft",
  products: [
    .executable(name: "dmft", targets: ["dmft"]),
    .library(name: "DeepLinear", targets: ["DeepLinear"]),
    .library(name: "MeanField", targets: ["MeanField"]),
    .library(name: "FiniteWidth", targets: ["FiniteWidth"]),
    .library(name: "Parsimony", targets: ["Parsimony"]),
    .library(name: "Validation", targets: ["Validation"]),
    .library(name: "Studies", targets: ["Studies"]),
    .library(name: "Records", targets: ["Records"]),
    .library(name: "RealData", targets: ["RealData"]),
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
    // Cellar: system libraries. No `pkgConfig` on purpose: the order of its flags can hand every
    // BLAS call to the slow libgslcblas; plain `link` lines cannot (a test asserts OpenBLAS).
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]),
    .systemLibrary(name: "Clibzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "Clibmd", providers: [.apt(["libmd-dev"])]),
    .target(name: "CBLASProvenance"),
    // Runs before the libraries' constructors, so only an executable can link it.
    .target(name: "CProcessStart"),

    // Workshops.
    .target(
      name: "LinearAlgebra",
      dependencies: [
        "COpenBLAS", "CBLASProvenance", .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .target(
      name: "Calculus",
      dependencies: ["CGSL", .product(name: "RealModule", package: "swift-numerics")]),

    .target(name: "Parallel"),
    .target(name: "ChildProcesses"),

    // Courtyard: plain values.
    .target(
      name: "DeepLinear",
      dependencies: [.product(name: "RealModule", package: "swift-numerics")]),

    // Machines.
    .target(name: "RealData", dependencies: ["DeepLinear", "LinearAlgebra"]),
    .target(
      name: "MeanField",
      dependencies: [
        "DeepLinear", "LinearAlgebra", "Calculus", "Parallel",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),

    .target(
      name: "FiniteWidth",
      dependencies: [
        "DeepLinear", "LinearAlgebra", "Calculus", "Parallel",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),

    .target(
      name: "Parsimony",
      dependencies: [
        "DeepLinear", "LinearAlgebra", "Calculus", "Parallel", .product(name: "RealModule", package: "swift-numerics"),
      ]),

    // Their users.
    .target(name: "Validation", dependencies: ["DeepLinear", "Calculus"]),
    .target(
      name: "Studies",
      dependencies: ["Calculus", .product(name: "RealModule", package: "swift-numerics")]),
    .target(name: "Figures", dependencies: ["ChildProcesses"]),
    .target(name: "Pages"),
    .target(name: "Slurm", dependencies: ["ChildProcesses"]),
    .target(name: "Citations"),
    .target(
      name: "Records",
      dependencies: [
        "DeepLinear", "Clibzip", "Clibmd", .product(name: "Yams", package: "Yams"),
      ]),

    // The door.
    .executableTarget(
      name: "dmft",
      dependencies: [
        "DeepLinear", "MeanField", "FiniteWidth", "Parsimony", "RealData", "Validation", "Studies",
        "Records", "Figures", "Pages", "Slurm", "Citations", "LinearAlgebra", "Parallel",
        "CProcessStart", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // Articles about several rooms at once: no code, and nothing imports it.
    .target(
      name: "Guide",
      dependencies: [
        "DeepLinear", "MeanField", "FiniteWidth", "Parsimony", "RealData", "Validation", "Studies", "Records",
        "LinearAlgebra", "Calculus",
      ]),

    // Reference curves and problems that several test targets share.
    .target(
      name: "Fixtures", dependencies: ["DeepLinear", "MeanField", "FiniteWidth", "Parallel", "RealData", "Records"],
      path: "Tests/Fixtures", exclude: ["oracle"]),

    .testTarget(name: "DeepLinearTests", dependencies: ["DeepLinear"]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra"]),
    .testTarget(name: "CalculusTests", dependencies: ["Calculus"]),
    .testTarget(name: "RealDataTests", dependencies: ["RealData", "DeepLinear"]),
    .testTarget(
      name: "MeanFieldTests",
      dependencies: [
        "Fixtures", "MeanField", "DeepLinear", "LinearAlgebra", "Calculus", "RealData", "Records",
        .product(name: "RealModule", package: "swift-numerics"),
      ]),
    .testTarget(
      name: "FiniteWidthTests",
      dependencies: [
        "Fixtures", "FiniteWidth", "DeepLinear", "LinearAlgebra", "Parallel", "MeanField", "RealData", "Studies",
      ]),
    .testTarget(
      name: "ValidationTests",
      dependencies: ["Fixtures", "Validation", "FiniteWidth", "Parallel", "MeanField", "DeepLinear", "Calculus"]),
    .testTarget(name: "StudiesTests", dependencies: ["Fixtures", "Studies", "MeanField", "DeepLinear"]),
    .testTarget(name: "ParsimonyTests", dependencies: ["Parsimony", "DeepLinear", "LinearAlgebra", "Calculus"]),
    .testTarget(name: "SlurmTests", dependencies: ["Slurm"]),
    .testTarget(name: "FiguresTests", dependencies: ["Figures"]),
    .testTarget(name: "PagesTests", dependencies: ["Pages"]),
    .testTarget(name: "CitationsTests", dependencies: ["Citations"]),
    .testTarget(name: "ChildProcessesTests", dependencies: ["ChildProcesses"]),
    .testTarget(name: "ParallelTests", dependencies: ["Parallel"]),
    .testTarget(name: "RecordsTests", dependencies: ["Records", "DeepLinear"]),
    .testTarget(name: "HouseTests"),
    .testTarget(name: "DoorTests", dependencies: ["Records"]),
  ],
  swiftLanguageModes: [.v6]
)
