#include "profile/kineto_trace.h"

#include <fmt/format.h>
#include <torch/csrc/autograd/profiler_kineto.h>

#include <filesystem>
#include <set>
#include <system_error>

#include "error/error.h"

namespace assay {

namespace {

namespace impl = torch::profiler::impl;
namespace kineto = torch::autograd::profiler;

void start_kineto(bool on_gpu) {
  const impl::ProfilerConfig config(impl::ProfilerState::KINETO);
  std::set<impl::ActivityType> activities{impl::ActivityType::CPU};
  if (on_gpu) activities.insert(impl::ActivityType::CUDA);
  kineto::prepareProfiler(config, activities);
  kineto::enableProfiler(config, activities);
}

}  // namespace

KinetoTrace::~KinetoTrace() {
  if (is_recording_) kineto::disableProfiler();
}

void KinetoTrace::step_ended() {
  ++num_ended_;
  if (num_ended_ == 1) {
    start_kineto(options_.on_gpu);
    is_recording_ = true;
  } else if (is_recording_ && num_ended_ == 1 + options_.num_steps) {
    save();
  }
}

void KinetoTrace::save() {
  is_recording_ = false;
  const auto result = kineto::disableProfiler();
  result->save(options_.file.string());
  std::error_code error;
  if (std::filesystem::file_size(options_.file, error) == 0 || error) {
    throw StorageError(
        fmt::format("[profile] cannot write Kineto's trace: {}", options_.file.string()));
  }
}

}  // namespace assay
