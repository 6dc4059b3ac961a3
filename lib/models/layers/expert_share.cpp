#include "models/layers/expert_share.h"

#include <fmt/format.h>

#include "error/error.h"

namespace assay::models {
namespace {

/// As the device of ConstructionDeviceGuard: every family would have to hand it on otherwise.
int64_t& devices_that_share() {
  thread_local int64_t devices = 1;
  return devices;
}

}  // namespace

ExpertShareGuard::ExpertShareGuard(int64_t num_devices) : before_(devices_that_share()) {
  devices_that_share() = num_devices;
}

ExpertShareGuard::~ExpertShareGuard() { devices_that_share() = before_; }

int64_t num_held_experts(int64_t num_experts) {
  const int64_t devices = devices_that_share();
  if (num_experts % devices != 0) {
    throw ConfigError(
        fmt::format("[models] experts cannot be shared out evenly: {} experts, {} devices",
                    num_experts, devices));
  }
  return num_experts / devices;
}

}  // namespace assay::models
