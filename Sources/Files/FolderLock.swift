import Foundation

/// A lock on a folder, so that two processes do not write one run; it goes with the process that holds it.
package final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; nil while another process holds it, or where the file system has no locks.
  ///
  /// - Parameters:
  ///   - folder: what is locked.
  ///   - isShared: whether others may hold it too, as long as no process holds it exclusively.
  package init?(_ folder: Directory, isShared: Bool = false) {
    // Opened once more, as a lock belongs to an opening and not to a process.
    descriptor = openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    // An exclusive lock is held briefly, so a shared one waits.
    guard flock(descriptor, isShared ? LOCK_SH : LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit { close(descriptor) }
}
