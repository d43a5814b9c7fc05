/// The only script of a page: it makes the headings of tables sort their rows. Without it the page reads as well.
enum ReportScript {
    static let text = """

        for (const table of document.querySelectorAll("table")) {
          const body = table.tBodies[0];
          if (!body || body.rows.length < 3) continue;
          [...table.tHead.rows[0].cells].forEach((head, column) => {
            const button = document.createElement("button");
            button.type = "button";
            button.append(...head.childNodes);
            head.append(button);
            button.addEventListener("click", () => {
              const rising = head.getAttribute("aria-sort") === "descending";
              for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
              head.setAttribute("aria-sort", rising ? "ascending" : "descending");
              const sign = rising ? 1 : -1;
              const key = (row) => {
                const cell = row.cells[column];
                return cell.dataset.number ?? cell.querySelector("[data-number]")?.dataset.number ?? cell.textContent;
              };
              const rows = [...body.rows].map((row) => [key(row), row]);
              rows.sort(([a], [b]) => sign * (a - b || a.localeCompare(b, "en", { numeric: true })));
              body.append(...rows.map(([, row]) => row));
            });
          });
        }

        """

    /// The SHA-256 of the text, by which browsers tell it from any other script; Scripts/check-report.py compares it.
    static let digest = "sha256-61D16lvh/8foBL8IPGSYNbtxwIIX06LCE0j9GKxs+VA="
}
