// Plain transactions in a CSV file, as most shops have them, into RFM segments.
import Foundation
import IFCore
import IFPipeline
import IFSegment

// Which column is what. Cancellations (invoices that begin with C) and rows without a customer are left out and counted.
var mapping = TransactionMapping(
    user: "CustomerID", item: "StockCode", timestamp: "InvoiceDate", order: "InvoiceNo", quantity: "Quantity")
mapping.price = "UnitPrice"
mapping.description = "Description"
mapping.cancellationPrefix = "C"

let context = RunContext(seed: 42, workers: 2)
let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Data/online_retail_like.csv").path()
let shop = try await ShopData.load(from: file, mapping: mapping, options: .init(strictness: .lenient), in: context)
for finding in shop.report.findings { print("\(finding.count) × \(finding.kind.rawValue)") }

// Recency in days before the last order of all, frequency in orders, monetary value as the mean value of an order.
let features = try RFM(recencyCap: nil).transactions(
    shop.orders, columns: .init(user: "user_id", date: "order_time", value: "order_value", order: "order_id"))
let model = try await KMeans(configuration: .init(segmentCount: 4)).fit(features.standardized, in: context)

print("\nsegment  customers  recency  frequency  order value")
for segment in 0..<model.segmentCount {
    let members = model.labels.indices.filter { model.labels[$0] == Int32(segment) }
    func mean(_ values: [Double]) -> Double { members.reduce(0) { $0 + values[$1] } / Double(members.count) }
    let row = [mean(features.recency), mean(features.frequency.map(Double.init)), mean(features.monetary)]
    print(String(format: "%7d  %9d  %7.1f  %9.1f  %11.2f", segment, members.count, row[0], row[1], row[2]))
}
