#include "energy/gpu_health_monitor.h"

#include <chrono>
#include <condition_variable>
#include <variant>

namespace assay {

std::unique_ptr<GpuHealthMonitor> GpuHealthMonitor::find(const std::vector<std::string>& uuids,
                                                         Seconds period, const char* library) {
  if (uuids.empty()) return nullptr;
  auto opened = NvmlLibrary::open(library);
  if (std::holds_alternative<std::string>(opened)) return nullptr;
  NvmlLibrary nvml = std::get<NvmlLibrary>(std::move(opened));
  Gpus gpus;
  for (const std::string& uuid : uuids) {
    if (const NvmlResult<nvml::Device> device = nvml.device(uuid); device.ok()) {
      gpus.emplace_back(uuid, device.value);
    }
  }
  if (gpus.empty()) return nullptr;
  return std::unique_ptr<GpuHealthMonitor>(
      new GpuHealthMonitor(std::move(nvml), std::move(gpus), period));
}

GpuHealthMonitor::GpuHealthMonitor(NvmlLibrary library, Gpus gpus, Seconds period)
    : nvml_(std::move(library)), gpus_(std::move(gpus)) {
  read();
  thread_ = std::jthread([this, period](const std::stop_token& stop) { run(stop, period); });
}

void GpuHealthMonitor::read() {
  std::vector<GpuHealth> all;
  for (const auto& [uuid, device] : gpus_) {
    all.push_back(nvml_.health(device));
    all.back().uuid = uuid;
  }
  const std::lock_guard lock(mutex_);
  latest_ = std::move(all);
}

void GpuHealthMonitor::run(const std::stop_token& stop, Seconds period) {
  std::mutex sleep;
  std::condition_variable_any end;
  std::unique_lock lock(sleep);
  while (!stop.stop_requested()) {
    end.wait_for(lock, stop, std::chrono::duration<double>(period.value()), [] { return false; });
    if (!stop.stop_requested()) read();
  }
}

std::vector<GpuHealth> GpuHealthMonitor::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

}  // namespace assay
