internal import Yams

/// A part of the configuration whose keys are known.
protocol ConfigurationSection: Sendable {
    /// All defaults.
    init()
    /// The keys.
    static var fields: [Field<Self>] { get }
    /// What is wrong with the values together.
    var remarks: [Remark] { get }
}

extension ConfigurationSection {
    var remarks: [Remark] { [] }
}

/// Something wrong with values that are each right by themselves.
struct Remark {
    /// The key, relative to the section; may not be in the file.
    var key: String
    var message: String
    var isWarning = false
}

/// A range of allowed values, with its name for people.
struct Bounds<Value> {
    var text: String
    var holds: (Value) -> Bool
}

extension Bounds where Value: Comparable {
    static func atLeast(_ least: Value) -> Bounds { Bounds(text: "at least \(least)") { $0 >= least } }
    static func above(_ bound: Value) -> Bounds { Bounds(text: "greater than \(bound)") { $0 > bound } }
    static func between(_ low: Value, _ high: Value) -> Bounds {
        Bounds(text: "between \(low) and \(high)") { $0 >= low && $0 <= high }
    }
}

/// A key of a section: how to read its value and where to put it.
struct Field<Section> {
    var key: String
    /// Key paths of all keys beneath, itself included, for suggestions.
    var paths: [String]
    var read: (Node, inout Section, inout ConfigurationReader, String) -> Void

    init(
        _ key: String, paths: [String]? = nil,
        read: @escaping (Node, inout Section, inout ConfigurationReader, String) -> Void
    ) {
        self.key = key
        self.paths = paths ?? [key]
        self.read = read
    }

    static func section<Inner: ConfigurationSection>(_ key: String, _ path: WritableKeyPath<Section, Inner>) -> Field {
        Field(key, paths: Inner.fields.flatMap(\.paths).map { "\(key).\($0)" }) { node, section, reader, place in
            reader.read(node, into: &section[keyPath: path], at: place)
        }
    }

    static func section<Inner: ConfigurationSection>(_ key: String, _ path: WritableKeyPath<Section, Inner?>) -> Field {
        Field(key, paths: Inner.fields.flatMap(\.paths).map { "\(key).\($0)" }) { node, section, reader, place in
            var inner = Inner()
            reader.read(node, into: &inner, at: place)
            section[keyPath: path] = inner
        }
    }

    static func integer(_ key: String, _ path: WritableKeyPath<Section, Int>, _ bounds: Bounds<Int>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.integer(node, bounds, at: place) { section[keyPath: path] = value }
        }
    }

    static func integer(_ key: String, _ path: WritableKeyPath<Section, Int?>, _ bounds: Bounds<Int>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.integer(node, bounds, at: place) { section[keyPath: path] = value }
        }
    }

    static func number(_ key: String, _ path: WritableKeyPath<Section, Double>, _ bounds: Bounds<Double>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.number(node, bounds, at: place) { section[keyPath: path] = value }
        }
    }

    static func number(_ key: String, _ path: WritableKeyPath<Section, Double?>, _ bounds: Bounds<Double>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.number(node, bounds, at: place) { section[keyPath: path] = value }
        }
    }

    static func flag(_ key: String, _ path: WritableKeyPath<Section, Bool>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.flag(node, at: place) { section[keyPath: path] = value }
        }
    }

    static func flag(_ key: String, _ path: WritableKeyPath<Section, Bool?>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.flag(node, at: place) { section[keyPath: path] = value }
        }
    }

    static func text(_ key: String, _ path: WritableKeyPath<Section, String>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.text(node, at: place), !value.isEmpty { section[keyPath: path] = value }
        }
    }

    static func text(_ key: String, _ path: WritableKeyPath<Section, String?>) -> Field {
        Field(key) { node, section, reader, place in
            if let value = reader.text(node, at: place), !value.isEmpty { section[keyPath: path] = value }
        }
    }

    /// A list of texts.
    static func texts(_ key: String, _ path: WritableKeyPath<Section, [String]>) -> Field {
        Field(key) { node, section, reader, place in
            guard let items = node.sequence else {
                if let value = reader.text(node, at: place), !value.isEmpty { section[keyPath: path] = [value] }
                return
            }
            section[keyPath: path] = items.compactMap { reader.text($0, at: place) }
        }
    }

    static func choice<Value: RawRepresentable<String>>(
        _ key: String, _ path: WritableKeyPath<Section, Value>, _ all: [Value]
    ) -> Field {
        let names = all.map(\.rawValue)
        return Field(key) { node, section, reader, place in
            guard let name = reader.choice(node, names, at: place), let value = Value(rawValue: name) else { return }
            section[keyPath: path] = value
        }
    }
    static func choice<Value: RawRepresentable<String>>(
        _ key: String, _ path: WritableKeyPath<Section, Value?>, _ all: [Value]
    ) -> Field {
        let names = all.map(\.rawValue)
        return Field(key) { node, section, reader, place in
            guard let name = reader.choice(node, names, at: place), let value = Value(rawValue: name) else { return }
            section[keyPath: path] = value
        }
    }
}
