import COpenBLAS

extension BLAS {
    /// How an operand of a product is read.
    package enum Operand: Sendable {
        /// As it is stored.
        case plain
        /// With rows and columns exchanged.
        case transposed
    }

    /// The shape of `C = alpha · op(A) · op(B) + beta · C`, all row-major and densely packed.
    package struct Shape: Sendable {
        /// Rows of C.
        package var rows: Int
        /// Columns of C.
        package var columns: Int
        /// Columns of op(A), rows of op(B).
        package var inner: Int
        /// How A is read.
        package var a: Operand
        /// How B is read.
        package var b: Operand

        /// Creates a shape.
        package init(rows: Int, columns: Int, inner: Int, a: Operand = .plain, b: Operand = .plain) {
            self.rows = rows
            self.columns = columns
            self.inner = inner
            self.a = a
            self.b = b
        }

        var isEmpty: Bool { rows == 0 || columns == 0 }
        // Leading dimensions of the stored matrices; BLAS wants at least 1 even of an empty one.
        var leadingA: Int32 { Int32(max(1, a == .plain ? inner : rows)) }
        var leadingB: Int32 { Int32(max(1, b == .plain ? columns : inner)) }

        func check(_ a: Int, _ b: Int, _ c: Int) {
            precondition(
                a >= rows * inner && b >= inner * columns && c >= rows * columns, "operands smaller than the product")
        }
    }

    /// Single-precision matrix product.
    ///
    /// - Precondition: The spans hold at least the elements that `shape` names.
    package static func gemm(
        _ shape: Shape, alpha: Float = 1, _ a: Span<Float>, _ b: Span<Float>, beta: Float = 0,
        into c: inout MutableSpan<Float>
    ) {
        shape.check(a.count, b.count, c.count)
        guard !shape.isEmpty else { return }
        pinToOneThread()
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    unsafe cblas_sgemm(
                        CblasRowMajor, shape.a.flag, shape.b.flag, Int32(shape.rows), Int32(shape.columns),
                        Int32(shape.inner), alpha, a.baseAddress, shape.leadingA, b.baseAddress, shape.leadingB, beta,
                        c.baseAddress, Int32(shape.columns))
                }
            }
        }
    }

    /// Double-precision matrix product.
    ///
    /// - Precondition: The spans hold at least the elements that `shape` names.
    package static func gemm(
        _ shape: Shape, alpha: Double = 1, _ a: Span<Double>, _ b: Span<Double>, beta: Double = 0,
        into c: inout MutableSpan<Double>
    ) {
        shape.check(a.count, b.count, c.count)
        guard !shape.isEmpty else { return }
        pinToOneThread()
        unsafe a.withUnsafeBufferPointer { a in
            unsafe b.withUnsafeBufferPointer { b in
                unsafe c.withUnsafeMutableBufferPointer { c in
                    unsafe cblas_dgemm(
                        CblasRowMajor, shape.a.flag, shape.b.flag, Int32(shape.rows), Int32(shape.columns),
                        Int32(shape.inner), alpha, a.baseAddress, shape.leadingA, b.baseAddress, shape.leadingB, beta,
                        c.baseAddress, Int32(shape.columns))
                }
            }
        }
    }
}

extension BLAS.Operand {
    var flag: CBLAS_TRANSPOSE { self == .plain ? CblasNoTrans : CblasTrans }
}
