import Fixtures
import Foundation
import Testing

@testable import Experiments

@Suite struct MachineMemoryTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func thisMachineHasSome() {
    #expect(MachineMemory.available > 1 << 20)
  }

  @Test func theSystemsEstimateCounts() throws {
    try scratch.write("MemTotal: 9 kB\nMemAvailable:   2000 kB\n", to: "proc/meminfo")
    #expect(MachineMemory.available(root: scratch.path) == 2_048_000)
  }

  @Test func aGroupOfVersionTwoLowersIt() throws {
    try scratch.write("MemAvailable: 2000 kB\n", to: "proc/meminfo")
    try scratch.write("0::/job/step\n", to: "proc/self/cgroup")
    try scratch.write("max\n", to: "sys/fs/cgroup/job/step/memory.max")
    try scratch.write("5\n", to: "sys/fs/cgroup/job/step/memory.current")
    #expect(MachineMemory.available(root: scratch.path) == 2_048_000)
    try scratch.write("500000\n", to: "sys/fs/cgroup/job/memory.max")
    try scratch.write("300000\n", to: "sys/fs/cgroup/job/memory.current")
    #expect(MachineMemory.available(root: scratch.path) == 200_000)
    try scratch.write("anon 7\ninactive_file 100000\n", to: "sys/fs/cgroup/job/memory.stat")
    #expect(MachineMemory.available(root: scratch.path) == 300_000)
  }

  @Test func aGroupOfVersionOneLowersIt() throws {
    try scratch.write("MemAvailable: 2000 kB\n", to: "proc/meminfo")
    try scratch.write("3:cpu:/x\n2:memory:/x\n", to: "proc/self/cgroup")
    try scratch.write("1000\n", to: "sys/fs/cgroup/memory/memory.limit_in_bytes")
    try scratch.write("1200\n", to: "sys/fs/cgroup/memory/memory.usage_in_bytes")
    #expect(MachineMemory.available(root: scratch.path) == 0)
  }
}
