public import IFCore

extension ProcessingJob {
    /// Checks what AWS limits, so that a wrong job is said to be so before anything is sent.
    ///
    /// The limits are those of CreateProcessingJob in the SageMaker API reference (API version 2017-07-24).
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` that names the part, what it is and what it may be.
    public func validate() throws(IFError) {
        try checkName()
        try check("image", image, 1...255)
        try check("role", role, 20...2048)
        guard role.hasPrefix("arn:aws"), role.contains(":iam::"), role.contains(":role/") else {
            throw invalid("the role is no ARN such as arn:aws:iam::123456789012:role/name", "aws.role_arn")
        }
        try checkTexts()
        try checkPlaces()
        try check("instance_count", cluster.instanceCount, 1...100)
        try check("volume_gb", cluster.volumeGB, 1...16_384)
        try check("max_runtime_sec", maximumSeconds, 1...777_600)
    }

    private func checkName() throws(IFError) {
        try check("name", name, 1...63)
        var previous: UInt8?
        for byte in name.utf8 {
            let isHyphen = byte == UInt8(ascii: "-")
            guard isHyphen ? previous != nil : byte.isASCIIAlphanumeric else {
                throw invalid("a job's name is letters, digits and hyphens, and begins with a letter or digit", name)
            }
            previous = byte
        }
        if previous == UInt8(ascii: "-") { throw invalid("a job's name ends with a letter or digit", name) }
    }

    private func checkTexts() throws(IFError) {
        try check("entry point: parts", entrypoint.count, 0...100)
        try check("arguments: number", arguments.count, 0...100)
        for (index, text) in entrypoint.enumerated() { try check("entry point \(index + 1)", text, 0...256) }
        for (index, text) in arguments.enumerated() { try check("argument \(index + 1)", text, 0...256) }
        try check("environment: variables", environment.count, 0...100)
        for (key, value) in environment.sorted(by: { $0.key < $1.key }) {
            try check("environment: name", key, 1...256)
            guard let first = key.utf8.first, !(48...57).contains(first),
                key.utf8.allSatisfy({ $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") })
            else { throw invalid("a variable's name is letters, digits and _, and begins with no digit", key) }
            try check("environment: value of \(key)", value, 0...256)
        }
        try check("tags: number", tags.count, 0...50)
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            try check("tag", key, 1...128)
            try check("tag: value of \(key)", value, 0...256)
        }
    }

    private func checkPlaces() throws(IFError) {
        try check("inputs: number", inputs.count, 0...10)
        try check("outputs: number", outputs.count, 0...10)
        for (kind, places) in [
            ("input", inputs.map { ($0.name, $0.location, $0.localPath) }),
            ("output", outputs.map { ($0.name, $0.location, $0.localPath) }),
        ] {
            if let name = Self.repeated(places.map(\.0)) { throw invalid("two \(kind)s have this name", name) }
            if let path = Self.repeated(places.map(\.2)) { throw invalid("two \(kind)s have this local path", path) }
            for (name, location, path) in places {
                try check("\(kind) \(name): location", location, 6...1024)
                try check("\(kind) \(name): local path", path, 1...256)
                guard location.hasPrefix("s3://") else {
                    throw invalid("an \(kind) of a job lies in a bucket; give an s3:// location", location)
                }
                guard path.hasPrefix("/opt/ml/processing/") else {
                    throw invalid("a job reads and writes below /opt/ml/processing/", path)
                }
            }
        }
    }

    private static func repeated(_ texts: [String]) -> String? {
        var seen: Set<String> = []
        return texts.first { !seen.insert($0).inserted }
    }

    private func check(_ part: String, _ value: Int, _ range: ClosedRange<Int>) throws(IFError) {
        guard range.contains(value) else {
            throw invalid("AWS takes \(range.lowerBound) to \(range.upperBound), this is \(value)", part)
        }
    }

    private func check(_ part: String, _ text: String, _ range: ClosedRange<Int>) throws(IFError) {
        let count = text.unicodeScalars.count
        guard range.contains(count) else {
            throw invalid(
                "AWS takes \(range.lowerBound) to \(range.upperBound) characters, this has \(count)"
                    + (text.isEmpty ? "" : ": \(text.prefix(60))…"), part)
        }
    }

    private func invalid(_ message: String, _ part: String) -> IFError {
        IFError(.invalidArgument, "the job cannot be submitted: \(message)", key: part)
    }
}

extension UInt8 {
    var isASCIIAlphanumeric: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
    }
}
