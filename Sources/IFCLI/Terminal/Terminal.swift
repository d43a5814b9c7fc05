import Foundation

/// What is known of the terminal that standard error or standard output is connected to.
enum Terminal {
    /// Whether people watch the stream, so that a line may be redrawn.
    static func isInteractive(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns, 80 where they are not known.
    static var width: Int {
        var size = winsize()
        if unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 { return Int(size.ws_col) }
        return 80
    }

    /// Writes to standard error; output that programs read stays on standard output.
    static func note(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// Writes a line to standard output.
    static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
}
