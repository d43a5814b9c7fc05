internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

extension IFError {
    /// The error for a failed system call: what was tried, why it failed, what to do about it.
    ///
    /// - Parameters:
    ///   - number: The value of `errno` right after the call.
    ///   - action: What was tried, as in "could not *write the file*".
    static func system(_ number: Int32, _ action: String, path: String, key: String? = nil) -> IFError {
        let (code, reason) = meaning(of: number)
        return IFError(code, "could not \(action): \(reason)", file: path, key: key)
    }

    private static func meaning(of number: Int32) -> (Code, String) {
        switch number {
        case ENOENT:
            (.notFound, "there is no such file or folder")
        case EACCES, EPERM:
            (.inputOutput, "permission denied; give this user access to it or choose another root")
        case EROFS:
            (.inputOutput, "the file system is read-only; choose another root or mount it for writing")
        case ENOSPC:
            (.inputOutput, "the disk is full; free some space and run again, nothing that was there is lost")
        case EDQUOT:
            (.inputOutput, "the disk quota is used up; free some space and run again, nothing that was there is lost")
        case ENAMETOOLONG:
            (.invalidArgument, "the name is too long for this file system; shorten it")
        case EEXIST, ENOTEMPTY:
            (.conflict, "something of that name is already there; choose another name or remove it")
        case EISDIR:
            (.conflict, "a folder has that name; choose another name or remove it")
        case ENOTDIR:
            (.conflict, "a file stands where a folder is needed; choose another name or remove it")
        case ELOOP:
            (.inputOutput, "too many symbolic links, perhaps in a circle; remove the link that leads back")
        case EMFILE, ENFILE:
            (.inputOutput, "too many files are open; raise the limit (ulimit -n) or lower the number of workers")
        case EXDEV:
            (.inputOutput, "source and destination are on different file systems; keep the root on one")
        default:
            (.inputOutput, text(of: number))
        }
    }

    private static func text(of number: Int32) -> String {
        guard let message = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: message)
    }
}
