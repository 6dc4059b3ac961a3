#pragma once

#include <cstdint>

namespace assay::models {

/// While one lives, mixtures that this thread makes hold the experts of one of `num_devices`
/// devices. Their routers keep all experts; a choice of expert e goes to held expert e mod held,
/// which gives the device as many rows as it gets from its peers where the load is even: N tokens
/// still make N x top_k rows. For timing one device's part of a layer; the sums are not the
/// model's.
class ExpertShareGuard {
 public:
  explicit ExpertShareGuard(int64_t num_devices);
  ~ExpertShareGuard();
  ExpertShareGuard(const ExpertShareGuard&) = delete;
  ExpertShareGuard& operator=(const ExpertShareGuard&) = delete;

 private:
  int64_t before_;
};

/// Experts that a mixture of `num_experts` made now holds. Throws: ConfigError where the devices of
/// a guard do not divide them.
int64_t num_held_experts(int64_t num_experts);

}  // namespace assay::models
