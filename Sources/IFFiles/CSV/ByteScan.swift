/// Passes over all bytes of a block, in loops that the compiler turns into vector instructions.
enum ByteScan {
    /// How often a byte occurs before a position.
    static func count(of byte: UInt8, in bytes: [UInt8], before end: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var total = 0
            var position = 0
            while position < end {
                // At most 255 hits, so that the lanes of the inner sum may be bytes.
                let stop = min(end, position + 255)
                var hits: UInt8 = 0
                for index in position..<stop { hits &+= unsafe buffer[index] == byte ? 1 : 0 }
                total += Int(hits)
                position = stop
            }
            return total
        }
    }

    /// Whether no byte is above 127.
    static func isASCII(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var all: UInt8 = 0
            for index in 0..<bytes.count { all |= unsafe buffer[index] }
            return all < 0x80
        }
    }
}
