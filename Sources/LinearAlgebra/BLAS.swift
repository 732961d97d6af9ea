import CBLASProvenance
import COpenBLAS

/// The BLAS that this process calls.
public enum BLAS {
  /// File name of the shared library that serves `cblas_dgemm`, or "unknown".
  public static var library: String {
    guard let path = cblas_provenance() else { return "unknown" }
    return String(cString: path)
  }

  /// Release of OpenBLAS with its build options, as it reports them.
  public static var configuration: String {
    openblas_get_config().map { String(cString: $0) } ?? "unknown"
  }

  /// The processor core that OpenBLAS chose its kernels for; it decides the last bits of results.
  public static var core: String {
    openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }

  /// Sets the number of threads of later calls. The number changes the last bits of large products,
  /// so it is fixed wherever results must repeat.
  ///
  /// - Parameter count: number of threads, at least 1.
  public static func useThreads(_ count: Int) {
    openblas_set_num_threads(Int32(count))
  }
}
