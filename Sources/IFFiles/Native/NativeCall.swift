internal import CArrow
import IFCore

/// Calls into the C interface of Arrow: codes and messages become ``IFError``.
enum NativeCall {
    typealias Message = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    /// Runs a call that returns an `if_code` and fills in a message.
    static func check(_ file: String, column: String? = nil, _ body: (Message) -> Int32) throws {
        var message: UnsafeMutablePointer<CChar>?
        let code = unsafe body(&message)
        guard code != 0 else { return }
        let text = unsafe message.map { unsafe String(cString: $0) } ?? "unknown failure"
        unsafe if_free(message)
        throw IFError(kind(of: code), advice(code, text), file: file, column: column)
    }

    private static func kind(of code: Int32) -> IFError.Code {
        switch UInt32(bitPattern: code) {
        case IF_IO.rawValue: .inputOutput
        case IF_UNSUPPORTED.rawValue: .unsupported
        case IF_INVALID.rawValue: .invalidData
        case IF_MEMORY.rawValue: .inputOutput
        default: .corruptFile
        }
    }

    private static func advice(_ code: Int32, _ text: String) -> String {
        switch UInt32(bitPattern: code) {
        case IF_CORRUPT.rawValue: "the file is damaged or not of this format: \(text)"
        case IF_MEMORY.rawValue: "not enough memory: \(text)"
        default: text
        }
    }
}
