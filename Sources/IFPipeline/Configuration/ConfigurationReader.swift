internal import Yams

/// Walks a YAML tree by the fields of the sections and gathers every problem.
struct ConfigurationReader {
    let file: String
    let unknownKeysAreErrors: Bool
    /// Paths of all keys there are.
    let knownPaths: [String]
    private(set) var problems: [ConfigurationProblem] = []
    private var places: [String: Mark] = [:]

    init(file: String, unknownKeysAreErrors: Bool, knownPaths: [String]) {
        self.file = file
        self.unknownKeysAreErrors = unknownKeysAreErrors
        self.knownPaths = knownPaths
    }

    // MARK: Sections

    /// Reads a mapping into `section`; keys that are not there keep their defaults.
    mutating func read<Section: ConfigurationSection>(_ node: Node, into section: inout Section, at place: String) {
        if isNull(node) { return }
        guard case .mapping(let mapping) = node else {
            return report("needs keys and values, found \(found(node))", at: place, node)
        }
        let fields = Section.fields
        for (keyNode, value) in merged(mapping) {
            let key = keyNode.scalar?.string ?? "?"
            let path = place.isEmpty ? key : "\(place).\(key)"
            places[path] = value.mark ?? keyNode.mark
            guard let field = fields.first(where: { $0.key == key }) else {
                reportUnknown(key, path, keyNode, siblings: fields.map(\.key))
                continue
            }
            if !isNull(value) { field.read(value, &section, &self, path) }
        }
        for remark in section.remarks {
            let path = place.isEmpty ? remark.key : "\(place).\(remark.key)"
            report(remark.message, at: path, mark: places[path] ?? mapping.mark, isWarning: remark.isWarning)
        }
    }

    /// The pairs of a mapping with those of `<<` beneath them.
    private func merged(_ mapping: Node.Mapping) -> [(Node, Node)] {
        var own: [(Node, Node)] = []
        var inherited: [(Node, Node)] = []
        for (key, value) in mapping {
            guard key.kind == .merge else {
                own.append((key, value))
                continue
            }
            for source in value.sequence.map(Array.init) ?? [value] {
                guard let source = source.mapping else { continue }
                for pair in merged(source) where !inherited.contains(where: { $0.0 == pair.0 }) {
                    inherited.append(pair)
                }
            }
        }
        return inherited.filter { pair in !own.contains { $0.0 == pair.0 } } + own
    }

    private mutating func reportUnknown(_ key: String, _ path: String, _ node: Node, siblings: [String]) {
        var message = "unknown key"
        if let nearest = NearestName.of(key, in: siblings) {
            message += "; did you mean '\(nearest)'?"
        } else if let elsewhere = knownPaths.first(where: { $0.hasSuffix(".\(key)") }) {
            message += "; '\(key)' belongs under \(elsewhere.dropLast(key.count + 1))"
        } else {
            message += "; known here: \(siblings.joined(separator: ", "))"
        }
        report(message, at: path, mark: node.mark, isWarning: !unknownKeysAreErrors)
    }

    // MARK: Values

    mutating func integer(_ node: Node, _ bounds: Bounds<Int>, at place: String) -> Int? {
        guard let scalar = node.scalar, node.kind == .int || node.kind == .float else {
            report("needs a whole number, found \(found(node))", at: place, node)
            return nil
        }
        // 10.0 is a whole number too; some tools write it so.
        let value =
            node.kind == .int ? Int.construct(from: scalar) : Double.construct(from: scalar).flatMap(Int.init(exactly:))
        guard let value else {
            report("needs a whole number, found \(found(node))", at: place, node)
            return nil
        }
        guard bounds.holds(value) else {
            report("must be \(bounds.text), found \(value)", at: place, node)
            return nil
        }
        return value
    }

    mutating func number(_ node: Node, _ bounds: Bounds<Double>, at place: String) -> Double? {
        guard let scalar = node.scalar, node.kind == .int || node.kind == .float,
            let value = node.kind == .int
                ? Int.construct(from: scalar).map(Double.init) : Double.construct(from: scalar)
        else {
            report("needs a number, found \(found(node))", at: place, node)
            return nil
        }
        guard value.isFinite else {
            report("needs a finite number, found \(found(node))", at: place, node)
            return nil
        }
        guard bounds.holds(value) else {
            report("must be \(bounds.text), found \(scalar.string)", at: place, node)
            return nil
        }
        return value
    }

    mutating func flag(_ node: Node, at place: String) -> Bool? {
        guard let scalar = node.scalar, node.kind == .bool, let value = Bool.construct(from: scalar) else {
            report("needs true or false, found \(found(node))", at: place, node)
            return nil
        }
        return value
    }

    mutating func text(_ node: Node, at place: String) -> String? {
        guard let scalar = node.scalar else {
            report("needs text, found \(found(node))", at: place, node)
            return nil
        }
        if [.int, .float, .bool].contains(node.kind) {
            report("needs text, found \(found(node)); put it in quotes if it is meant so", at: place, node)
            return nil
        }
        return scalar.string
    }

    mutating func choice(_ node: Node, _ names: [String], at place: String) -> String? {
        guard let value = text(node, at: place) else { return nil }
        if names.contains(value) { return value }
        let nearest = NearestName.of(value, in: names).map { "; did you mean '\($0)'?" } ?? ""
        report(
            "must be one of \(names.joined(separator: ", ")), found '\(value.prefix(40))'\(nearest)", at: place, node)
        return nil
    }

    private func isNull(_ node: Node) -> Bool { node.scalar != nil && node.kind == .null }

    /// What a node is, in words.
    private func found(_ node: Node) -> String {
        switch node {
        case .mapping: return "keys and values"
        case .sequence: return "a list"
        case .alias: return "an alias"
        case .scalar(let scalar):
            let value = scalar.string.count > 40 ? scalar.string.prefix(40) + "…" : scalar.string[...]
            switch node.kind {
            case .int, .float: return "the number \(value)"
            case .bool: return "the truth value \(value)"
            case .null: return "nothing"
            default: return "the text '\(value)'"
            }
        }
    }

    // MARK: Problems

    private mutating func report(_ message: String, at place: String, _ node: Node) {
        report(message, at: place, mark: node.mark, isWarning: false)
    }

    private mutating func report(_ message: String, at place: String, mark: Mark?, isWarning: Bool) {
        problems.append(
            ConfigurationProblem(
                file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, key: place, message: message,
                isWarning: isWarning))
    }
}

extension Node {
    /// The tag that YAML's rules give the node: a quoted `5` is text, a plain one is a whole number.
    fileprivate var kind: Tag.Name { Tag.Name(rawValue: tag.description) }
}
