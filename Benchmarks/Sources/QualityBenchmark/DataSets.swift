import Foundation
import IFCore
import IFEval

/// Pairs of a user and an item.
struct Pairs {
    var users: [Int32] = []
    var items: [Int32] = []

    mutating func append(_ user: Int32, _ item: Int32) {
        users.append(user)
        items.append(item)
    }

    static func + (a: Pairs, b: Pairs) -> Pairs { Pairs(users: a.users + b.users, items: a.items + b.items) }
}

/// A data set with a published split: pairs to learn from and pairs to predict.
struct DataSet {
    var train: Pairs
    /// Published pairs to choose settings by; drawn from the training pairs where there are none.
    var validation: Pairs?
    var test: Pairs
    /// Places of a list that count.
    var cutoff: Int

    /// Gowalla as NGCF and LightGCN split it: one line a user, "user item item …".
    static func gowalla(_ folder: String) throws -> DataSet {
        func pairs(_ file: String) throws -> Pairs {
            var out = Pairs()
            for line in try unpacked("\(folder)/\(file)").split(separator: "\n") {
                let numbers = line.split(separator: " ").compactMap { Int32($0) }
                for item in numbers.dropFirst() { out.append(numbers[0], item) }
            }
            return out
        }
        return DataSet(train: try pairs("train.txt.gz"), test: try pairs("test.txt.gz"), cutoff: 20)
    }

    /// MovieLens-100K as "The Datasets Dilemma" (WSDM 2022) splits it: last item test, last but one validation.
    static func movieLens(_ folder: String) throws -> DataSet {
        func pairs(_ file: String) throws -> Pairs {
            var out = Pairs()
            for line in try unpacked("\(folder)/\(file)").split(whereSeparator: \.isNewline).dropFirst() {
                let numbers = line.split(separator: ",").compactMap { Int32($0) }
                out.append(numbers[0], numbers[1])
            }
            return out
        }
        return DataSet(
            train: try pairs("train.csv.gz"), validation: try pairs("validation.csv.gz"),
            test: try pairs("test.csv.gz"), cutoff: 10)
    }

    private static func unpacked(_ path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// What settings are chosen by; no pair of the test takes part.
    func validationSplit(share: Double, seed: UInt64) throws -> InteractionSplit {
        if let validation { return try Self.split(train, validation) }
        return try .holdingOut(
            share: share, of: Interactions(users: .int32(train.users), items: .int32(train.items)),
            random: RandomSource(seed: seed))
    }

    /// What is published: the test pairs, after learning from the training pairs (and those of the validation).
    func testSplit(withValidation: Bool) throws -> InteractionSplit {
        try Self.split(withValidation ? train + (validation ?? Pairs()) : train, test)
    }

    private static func split(_ first: Pairs, _ second: Pairs) throws -> InteractionSplit {
        let users = IDMap(.int32(first.users + second.users))
        let items = IDMap(.int32(first.items + second.items))
        func interactions(_ pairs: Pairs) throws -> Interactions {
            Interactions(
                users: users, items: items,
                matrix: try CSRMatrix(
                    rows: users.indices(of: .int32(pairs.users)), columns: items.indices(of: .int32(pairs.items)),
                    values: nil, rowCount: users.count, columnCount: items.count, duplicates: .maximum))
        }
        return try InteractionSplit(training: interactions(first), heldOut: interactions(second))
    }
}
