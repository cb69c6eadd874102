/// A counting semaphore for tasks: first come, first served, but for those that take long.
actor Turns {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var waitingEarly: [CheckedContinuation<Void, Never>] = []

    init(free: Int) { self.free = free }

    /// - Parameter isEarly: before those who are not.
    func take(isEarly: Bool = false) async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { continuation in
                if isEarly { waitingEarly.append(continuation) } else { waiting.append(continuation) }
            }
        }
    }

    func giveBack() {
        if !waitingEarly.isEmpty {
            waitingEarly.removeFirst().resume()
        } else if !waiting.isEmpty {
            waiting.removeFirst().resume()
        } else {
            free += 1
        }
    }
}
