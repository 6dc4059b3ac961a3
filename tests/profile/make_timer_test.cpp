#include "profile/make_timer.h"

#include <catch2/catch.hpp>

namespace {

TEST_CASE("the CPU is timed by the steady clock") {
  CHECK(assay::make_timer(at::kCPU)->clock() == assay::StepClock::kSteady);
}

}  // namespace
