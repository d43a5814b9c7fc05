import Foundation
import FoundationXML

/// An SVG picture as a tree, for tests of its structure.
final class SVGDocument: NSObject, XMLParserDelegate {
    final class Element {
        let name: String
        let attributes: [String: String]
        var text = ""
        var children: [Element] = []

        init(_ name: String, _ attributes: [String: String]) {
            self.name = name
            self.attributes = attributes
        }

        /// This element and all beneath it.
        var all: [Element] { [self] + children.flatMap(\.all) }

        func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }
    }

    struct NotWellFormed: Error { var line: Int }

    private(set) var root = Element("", [:])
    private var open: [Element] = []

    init(_ data: Data) throws {
        super.init()
        let parser = XMLParser(data: data)
        parser.delegate = self
        guard parser.parse(), let first = root.children.first else { throw NotWellFormed(line: parser.lineNumber) }
        root = first
    }

    var all: [Element] { root.all }

    func elements(_ name: String) -> [Element] { all.filter { $0.name == name } }

    /// The groups of a class: `axis x`, `mark bar`.
    func groups(_ name: String) -> [Element] { elements("g").filter { $0.attributes["class"] == name } }

    /// Words of a group, in drawing order.
    func texts(in group: String) -> [String] {
        groups(group).flatMap(\.all).filter { $0.name == "text" }.map(\.text)
    }

    /// What the shapes of a group say under the pointer.
    func titles(in group: String) -> [String] {
        groups(group).flatMap(\.all).filter { $0.name == "title" }.map(\.text)
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let element = Element(name, attributes)
        (open.last ?? root).children.append(element)
        open.append(element)
    }

    func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
}
