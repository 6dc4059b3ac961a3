#include "distributed/comm.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "error/error.h"

namespace assay {

namespace {

std::optional<int64_t> environment_number(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  const std::string_view view(text);
  int64_t value = 0;
  const auto [end, error] = std::from_chars(view.data(), view.data() + view.size(), value);
  if (error != std::errc() || end != view.data() + view.size() || value < 0) {
    throw ConfigError(fmt::format("[distributed] {} is not a count: \"{}\"", name, view));
  }
  return value;
}

}  // namespace

Comm Comm::from_environment() {
  const int64_t world = environment_number("WORLD_SIZE").value_or(1);
  const int64_t rank = environment_number("RANK").value_or(0);
  const int64_t local_rank = environment_number("LOCAL_RANK").value_or(0);
  if (world != 1) {
    throw ConfigError(fmt::format(
        "[distributed] this build trains in one process: WORLD_SIZE={} (unset it to train here "
        "alone)",
        world));
  }
  if (rank != 0) throw ConfigError(fmt::format("[distributed] RANK={} of one process", rank));
  Comm comm;
  comm.local_rank_ = local_rank;
  return comm;
}

// The sum over a group of one is the tensor itself, and a group of one has nobody to wait for.
void Comm::all_reduce_sum(at::Tensor& /*tensor*/) const {}
void Comm::barrier() const {}

}  // namespace assay
