import IFCore

/// Which part of the evaluation an order belongs to.
enum EvaluationSet: UInt8, Sendable, CaseIterable {
    case prior, train, test

    var name: String {
        switch self {
        case .prior: "prior"
        case .train: "train"
        case .test: "test"
        }
    }

    /// The set of every row; 255 where the text is another.
    static func codes(_ column: StringValues) -> [UInt8] {
        let names = allCases.map { Array($0.name.utf8) }
        var codes = [UInt8](repeating: .max, count: column.count)
        for row in 0..<column.count {
            if let validity = column.validity, !validity[row] { continue }
            let text = column.bytes[column.offsets[row]..<column.offsets[row + 1]]
            if let code = names.firstIndex(where: text.elementsEqual) { codes[row] = UInt8(code) }
        }
        return codes
    }
}
