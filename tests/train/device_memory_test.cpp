#include "train/device_memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

namespace assay {
namespace {

TEST_CASE("the memory of this machine is found, and no more of it is free than there is") {
  const DeviceMemory memory = device_memory(at::kCPU);
  CHECK(memory.used.value() > 1e6);
  CHECK(memory.limit > memory.used);
  CHECK(memory.limit.value() < 1e15);
  CHECK(memory.free.value() > 1e6);
  CHECK(memory.free <= memory.limit);
}

TEST_CASE("an address space of limited size leaves what is not mapped yet") {
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_AS, &before) == 0);
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t room = rlim_t{1} << 28;
  const rlimit limited{.rlim_cur = pages * sysconf(_SC_PAGESIZE) + room,
                       .rlim_max = before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_AS, &limited) == 0);
  const DeviceMemory memory = device_memory(at::kCPU);
  setrlimit(RLIMIT_AS, &before);
  CHECK(memory.limit.value() <= static_cast<double>(limited.rlim_cur));
  CHECK(memory.free.value() <= static_cast<double>(room));
  CHECK(memory.free.value() > 0.5 * static_cast<double>(room));
}

}  // namespace
}  // namespace assay
