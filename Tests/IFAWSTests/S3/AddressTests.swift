import IFCore
import Testing

@testable import IFAWS

@Suite("Locations and addresses") struct AddressTests {
    @Test func locations() throws {
        let place = try S3Location("s3://my-bucket//a/b/")
        #expect(place.bucket == "my-bucket")
        #expect(place.prefix == "a/b")
        #expect(place.description == "s3://my-bucket/a/b")
        #expect(try S3Location("s3a://my-bucket").description == "s3://my-bucket")
        #expect(try place.appending("c").key("d") == "a/b/c/d")
        #expect(S3Location.isS3("s3n://x") && !S3Location.isS3("/tmp/s3://x") && !S3Location.isS3("https://x"))
    }

    @Test(arguments: ["s3://", "s3:///a", "s3://a", "s3://a b/c", "s3://../c", "s3://a..b", "http://bucket", "bucket"])
    func noLocations(_ text: String) {
        #expect(throws: IFError.self) { try S3Location(text) }
    }

    private func address(
        _ bucket: String, _ region: String = "eu-central-1", _ change: (inout S3Settings) -> Void = { _ in }
    )
        throws -> String
    {
        var settings = S3Settings(region: region)
        change(&settings)
        let address = try S3Address(bucket: bucket, region: region, settings: settings)
        #expect(address.origin.hasSuffix("://\(address.host)"))
        return address.origin + address.path
    }

    @Test func addressesOfAWS() throws {
        #expect(try address("shop") == "https://shop.s3.eu-central-1.amazonaws.com")
        #expect(try address("shop", "cn-north-1") == "https://shop.s3.cn-north-1.amazonaws.com.cn")
        #expect(try address("my.shop") == "https://s3.eu-central-1.amazonaws.com/my.shop")
        #expect(try address("Old_Bucket") == "https://s3.eu-central-1.amazonaws.com/Old_Bucket")
        #expect(try address("shop") { $0.addressing = .path } == "https://s3.eu-central-1.amazonaws.com/shop")
    }

    @Test func addressesOfOthers() throws {
        #expect(try address("shop") { $0.endpoint = "http://127.0.0.1:9000" } == "http://127.0.0.1:9000/shop")
        #expect(try address("shop") { $0.endpoint = "https://host:443/" } == "https://host/shop")
        #expect(try address("shop") { $0.endpoint = "http://host:80/base" } == "http://host/base/shop")
        let virtual = try address("shop") {
            $0.endpoint = "http://localhost:9000"
            $0.addressing = .virtualHost
        }
        #expect(virtual == "http://shop.localhost:9000")
    }

    @Test(arguments: ["host", "ftp://host", "http://", "http://user:password@host", "http://host?x"])
    func noEndpoints(_ text: String) {
        let error = #expect(throws: IFError.self) { try address("shop") { $0.endpoint = text } }
        #expect(error?.code == .invalidArgument)
        #expect(error?.description.contains("password") == false)
    }
}
