// swift-tools-version: 6.1
//
// The pieces of the march, timed one by one in one process; whole programs beside their peers are `scripts/benchmark`.
//
//     cd scripts/benchmarks && swift package benchmark                       all of them
//     cd scripts/benchmarks && swift package benchmark --filter "row.*"      some
//
// A package of its own, so that nobody who builds or tests dmft has to fetch a benchmarking library. It sees public names only.

import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [
    // A name, because without one the package would be called after whatever folder the clone lies in.
    .package(name: "dmft", path: "../.."),
    // No traits: the interposers count allocations, which a march does not make, and cost a longer build.
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Pieces",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Problems", package: "dmft"),
        .product(name: "FiniteWidth", package: "dmft"),
        .product(name: "LinearAlgebra", package: "dmft"),
        .product(name: "MeanField", package: "dmft"),
      ],
      path: "Benchmarks/Pieces",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
