/// What a batch of sixteen rows came to, one row a lane.
package protocol LaneSolutions: ~Copyable {
    /// Copies a lane's solution, padding included.
    func copySolution(lane: Int, into vector: inout MutableSpan<Float>)

    /// What a lane's solution x takes off the objective, which is b·x where the system is solved; and x·x.
    func products(lane: Int) -> (explained: Double, squares: Double)
}
