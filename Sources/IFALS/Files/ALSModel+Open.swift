import FoundationEssentials
public import IFCore

extension ALSModel {
    /// Opens a model that ``save(to:)`` wrote.
    ///
    /// The file is mapped into memory: vectors stay in it, shared with other processes, and are read where they
    /// are asked for. Every byte is verified against its checksum before the model is returned. The file may be replaced
    /// by another ``save(to:)`` or removed while the model is in use; it must not be written in place.
    ///
    /// - Parameter context: Its workers verify the file side by side.
    /// - Throws: ``IFError/Code/corruptFile`` on a file that is damaged, cut or no model file,
    ///   ``IFError/Code/unsupported`` on another version, byte order or kind of model, ``IFError/Code/notFound``,
    ///   ``IFError/Code/inputOutput``; all name the file and say what to do.
    /// - Complexity: O(bytes)
    @concurrent
    public static func open(_ path: String, in context: RunContext = RunContext()) async throws -> ALSModel {
        let file = try await ModelFileReader.open(path, in: context)
        let metadata = try metadata(of: file)
        let users = try ids(of: file, (.userIntegers, .userOffsets, .userText))
        let items = try ids(of: file, (.itemIntegers, .itemOffsets, .itemText))
        let userFactors = try file.floats(.userFactors)
        let itemFactors = try file.floats(.itemFactors)
        guard (1...1024).contains(metadata.rank), userFactors.count == users.count * metadata.rank,
            itemFactors.count == items.count * metadata.rank
        else { throw file.contradiction("the factors do not fit the ids and the rank of \(metadata.rank)") }
        var model = ALSModel(
            users: users, items: items,
            userFactors: FactorMatrix(rowCount: users.count, rank: metadata.rank, mapped: userFactors),
            itemFactors: FactorMatrix(rowCount: items.count, rank: metadata.rank, mapped: itemFactors),
            configuration: metadata.configuration, losses: metadata.losses, events: metadata.alsEvents)
        model.dualForm = metadata.dualForm ?? DualForm()
        return model
    }

    private static func metadata(of file: ModelFileReader) throws -> ModelMetadata {
        struct Kind: Decodable { var model: String }
        let data = Data(try file.array(.metadata, of: UInt8.self))
        do {
            let kind = try JSONDecoder().decode(Kind.self, from: data).model
            guard kind == ModelMetadata.implicitALS else {
                throw IFError(
                    .unsupported,
                    "the file holds a model of the kind \(kind), which this build does not know; open it with the "
                        + "InsightFlow that wrote it", file: file.file.path)
            }
            return try JSONDecoder().decode(ModelMetadata.self, from: data)
        } catch let error as DecodingError {
            throw IFError(
                .corruptFile, "the metadata cannot be read; save the model again with this version",
                file: file.file.path, cause: error)
        }
    }

    private static func ids(
        of file: ModelFileReader,
        _ kinds: (integers: ModelFileLayout.Kind, offsets: ModelFileLayout.Kind, text: ModelFileLayout.Kind)
    ) throws -> IDMap {
        if file.has(kinds.integers) {
            guard let map = IDMap(ascending: try file.array(kinds.integers, of: Int64.self)) else {
                throw file.contradiction("the \(kinds.integers.text) do not ascend")
            }
            return map
        }
        let offsets = try file.array(kinds.offsets, of: Int64.self)
        let text = try file.array(kinds.text, of: UInt8.self)
        guard offsets.first == 0, offsets.last == Int64(text.count),
            zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw file.contradiction("the \(kinds.offsets.text) do not fit the text") }
        let strings = (1..<max(1, offsets.count)).map { index in
            String(decoding: text[Int(offsets[index - 1])..<Int(offsets[index])], as: UTF8.self)
        }
        guard let map = IDMap(ascending: strings) else {
            throw file.contradiction("the \(kinds.text.text) does not ascend")
        }
        return map
    }
}
