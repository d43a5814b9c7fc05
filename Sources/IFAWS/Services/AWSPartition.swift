/// The parts of AWS that stand apart, each with a domain of its own.
///
/// As botocore 1.43 lists them (`data/partitions.json`).
package enum AWSPartition {
    private static let domains = [
        "cn-": "amazonaws.com.cn", "eusc-": "amazonaws.eu", "us-iso-": "c2s.ic.gov", "us-isob-": "sc2s.sgov.gov",
        "eu-isoe-": "cloud.adc-e.uk", "us-isof-": "csp.hci.ic.gov",
    ]

    /// The domain of a region: `amazonaws.com`, but for the parts that stand apart.
    package static func domain(of region: String) -> String {
        domains.first { region.hasPrefix($0.key) }?.value ?? "amazonaws.com"
    }
}
