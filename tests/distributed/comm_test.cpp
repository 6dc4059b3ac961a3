#include "distributed/comm.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include <cstdlib>

#include "error/error.h"

namespace {

using assay::Comm;

/// Sets an environment variable for one test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~ScopedVariable() { unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

TEST_CASE("one process is rank 0 of 1 and its sum is the tensor") {
  const Comm comm = Comm::one_process();
  CHECK(comm.rank() == 0);
  CHECK(comm.world() == 1);
  at::Tensor tensor = at::arange(4);
  comm.all_reduce_sum(tensor);
  CHECK(at::equal(tensor, at::arange(4)));
  comm.barrier();
}

TEST_CASE("the local rank comes from the environment") {
  const ScopedVariable world("WORLD_SIZE", "1");
  const ScopedVariable rank("RANK", "0");
  const ScopedVariable local_rank("LOCAL_RANK", "3");
  CHECK(Comm::from_environment().local_rank() == 3);
}

TEST_CASE("a group of several processes is refused, not trained alone in silence") {
  const ScopedVariable world("WORLD_SIZE", "2");
  CHECK_THROWS_WITH(Comm::from_environment(), Catch::Contains("WORLD_SIZE=2"));
}

TEST_CASE("a rank that is not a number is named") {
  const ScopedVariable rank("RANK", "x1");
  CHECK_THROWS_WITH(Comm::from_environment(), Catch::Contains("RANK") && Catch::Contains("x1"));
}

}  // namespace
