import IFCore

extension TransactionRows {
    /// Takes returned pieces off the latest earlier purchases of the same user and item.
    ///
    /// Steps, for each user and item in the order of time (then sequence, then file):
    /// 1. a purchase is put on a pile;
    /// 2. a return takes its pieces off the top of the pile, purchase by purchase;
    /// 3. pieces for which the pile is empty are noted and left out.
    ///
    /// Purchases of which nothing remains are noted and left out.
    ///
    /// - Complexity: O(n log n).
    func net(_ selection: Selection, _ log: inout FindingLog) -> Selection {
        guard let item, var pieces = quantity?.values, !selection.returns.isEmpty else { return selection }
        let users = DenseCodes(user.ids).values
        let items = DenseCodes(item.ids).values
        var isReturn = [Bool](repeating: false, count: count)
        for row in selection.returns { isReturn[row] = true }
        let rows = (selection.purchases + selection.returns).sorted { left, right in
            (users[left], items[left], moment(left), sequence?.values[left] ?? 0, left)
                < (users[right], items[right], moment(right), sequence?.values[right] ?? 0, right)
        }
        var pile: [Int] = []
        var last = -1
        for row in rows {
            if last < 0 || users[last] != users[row] || items[last] != items[row] { pile.removeAll() }
            last = row
            guard isReturn[row] else {
                pile.append(row)
                continue
            }
            var left = abs(pieces[row])
            while left > 0, let top = pile.last {
                let taken = min(left, pieces[top])
                pieces[top] -= taken
                left -= taken
                if pieces[top] <= 0 { pile.removeLast() }
            }
            if left > 0 { log.add(.unmatchedReturn, "", row: row) }
        }
        var out = selection
        out.purchases = selection.purchases.filter { row in
            if pieces[row] > 0 { return true }
            log.add(.returnedPurchase, "", row: row)
            return false
        }
        out.quantities = pieces
        return out
    }

    private func moment(_ row: Int) -> Int64 { time?.values[row] ?? 0 }
}
