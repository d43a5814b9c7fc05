import Foundation
import Testing

@testable import IFAWS

@Suite("XML") struct XMLElementTests {
    private func parse(_ text: String) -> XMLElement? { XMLElement.parse(Data(text.utf8)) }

    @Test func readsWhatServersWrite() throws {
        let root = try #require(
            parse(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- a <comment> -->
                <s3:Result xmlns="http://s3.amazonaws.com/doc/2006-03-01/" a='>'>
                  <Contents><Key>a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos; &#233;&#x1F9FE;</Key><Size>1</Size></Contents>
                  <Contents><Key><![CDATA[<raw> & ]]></Key><Size/></Contents>
                  <Empty />
                </s3:Result>
                """))
        #expect(root.name == "Result")
        #expect(root.all("Contents").count == 2)
        #expect(root.all("Contents")[0].value("Key") == "a & b <c> \"d\" 'e' é🧾")
        #expect(root.all("Contents")[1].value("Key") == "<raw> & ")
        #expect(root.all("Contents")[1].value("Size") == "")
        #expect(root.first("Size")?.text == "1")
        #expect(root.value("Size") == nil)
    }

    @Test(arguments: ["", "no xml", "<a>", "<a><b></a></b>", "<a", "<a b='>", "<>x</>", "<a>&lt;"])
    func refusesWhatIsNone(_ text: String) { #expect(parse(text) == nil) }

    @Test func refusesEndlessDepth() { #expect(parse(String(repeating: "<a>", count: 100_000)) == nil) }

    @Test func escapesSoThatTextComesBack() throws {
        let text = "a & <b> \"c\" \t\n\r é🧾"
        let escaped = try #require(XMLElement.escaped(text))
        #expect(parse("<k>\(escaped)</k>")?.text == text)
        #expect(XMLElement.escaped("\u{1}") == nil)
    }
}
