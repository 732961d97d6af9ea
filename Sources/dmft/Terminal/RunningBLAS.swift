import LinearAlgebra
import Records

extension BLASName {
  /// The library that this process calls.
  static var running: BLASName {
    BLASName(library: BLAS.library + " " + BLAS.configuration, core: BLAS.core)
  }
}
