#include "energy/nvml_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace assay {
namespace {

using nvml::Return;

template <class Function>
void resolve(void* handle, const char* symbol, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(handle, symbol));
}

// Calls a function that the library may lack.
template <class... Parameters, class... Arguments>
Return call(Return (*function)(Parameters...), Arguments... arguments) {
  return function == nullptr ? nvml::kFunctionNotFound : function(arguments...);
}

template <class... Parameters, class... Arguments>
NvmlResult<std::string> call_for_text(Return (*function)(Parameters...), Arguments... arguments) {
  std::array<char, nvml::kNameSize> text{};
  const Return status =
      call(function, arguments..., text.data(), static_cast<unsigned>(text.size() - 1));
  return {status, status == nvml::kSuccess ? std::string(text.data()) : std::string()};
}

NvmlResult<double> number_of(const nvml::FieldValue& field) {
  const auto with = [&](auto value) {
    return NvmlResult<double>{field.status, static_cast<double>(value)};
  };
  switch (static_cast<nvml::ValueType>(field.value_type)) {
    case nvml::ValueType::kDouble:
      return with(field.value.d);
    case nvml::ValueType::kUnsignedInt:
      return with(field.value.ui);
    case nvml::ValueType::kUnsignedLong:
      return with(field.value.ul);
    case nvml::ValueType::kUnsignedLongLong:
      return with(field.value.ull);
    case nvml::ValueType::kSignedLongLong:
      return with(field.value.sll);
    case nvml::ValueType::kSignedInt:
      return with(field.value.si);
    case nvml::ValueType::kUnsignedShort:
      return with(field.value.us);
  }
  return {nvml::kUnknown, 0.0};
}

constexpr double kMilli = 1e-3;
constexpr double kMicro = 1e-6;
constexpr double kNano = 1e-9;

struct HealthField {
  unsigned id;
  const char* name;
};
constexpr std::array kThrottleFields{
    HealthField{nvml::kFieldThrottledByPower, "power"},
    HealthField{nvml::kFieldThrottledByHeat, "thermal"},
    HealthField{nvml::kFieldThrottledByBoardLimit, "board_limit"},
    HealthField{nvml::kFieldThrottledForReliability, "reliability"}};
constexpr std::array kEccFields{HealthField{nvml::kFieldEccCorrected, "corrected"},
                                HealthField{nvml::kFieldEccUncorrected, "uncorrected"}};

}  // namespace

NvmlLibrary::NvmlLibrary(void* handle) : handle_(handle) {
  resolve(handle, "nvmlInit_v2", nvml_.init);
  resolve(handle, "nvmlShutdown", nvml_.shutdown);
  resolve(handle, "nvmlErrorString", nvml_.error_string);
  resolve(handle, "nvmlSystemGetDriverVersion", nvml_.driver_version);
  resolve(handle, "nvmlSystemGetCudaDriverVersion_v2", nvml_.cuda_driver_version);
  resolve(handle, "nvmlDeviceGetCount_v2", nvml_.device_count);
  resolve(handle, "nvmlDeviceGetHandleByIndex_v2", nvml_.device_by_index);
  resolve(handle, "nvmlDeviceGetHandleByUUID", nvml_.device_by_uuid);
  resolve(handle, "nvmlDeviceGetUUID", nvml_.uuid);
  resolve(handle, "nvmlDeviceGetName", nvml_.name);
  resolve(handle, "nvmlDeviceGetMigMode", nvml_.mig_mode);
  resolve(handle, "nvmlDeviceGetEnforcedPowerLimit", nvml_.power_limit);
  resolve(handle, "nvmlDeviceGetMemoryInfo", nvml_.memory);
  resolve(handle, "nvmlDeviceGetTotalEnergyConsumption", nvml_.total_energy);
  resolve(handle, "nvmlDeviceGetPowerUsage", nvml_.power_usage);
  resolve(handle, "nvmlDeviceGetFieldValues", nvml_.field_values);
}

NvmlLibrary::NvmlLibrary(NvmlLibrary&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      nvml_(other.nvml_),
      initialised_(std::exchange(other.initialised_, false)) {}

NvmlLibrary::~NvmlLibrary() {
  if (initialised_) call(nvml_.shutdown);
  if (handle_ != nullptr) ::dlclose(handle_);
}

std::variant<NvmlLibrary, std::string> NvmlLibrary::open(const char* file) {
  void* handle = ::dlopen(file, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    return fmt::format("nvml: no {} (it comes with the NVIDIA driver)", file);
  }
  NvmlLibrary library(handle);
  if (const Return status = call(library.nvml_.init); status != nvml::kSuccess) {
    return fmt::format("nvml: cannot be initialised: {}", library.describe(status));
  }
  library.initialised_ = true;
  return library;
}

NvmlResult<unsigned> NvmlLibrary::device_count() const {
  NvmlResult<unsigned> result;
  result.status = call(nvml_.device_count, &result.value);
  return result;
}

NvmlResult<nvml::Device> NvmlLibrary::device(unsigned index) const {
  NvmlResult<nvml::Device> result;
  result.status = call(nvml_.device_by_index, index, &result.value);
  return result;
}

NvmlResult<nvml::Device> NvmlLibrary::device(const std::string& uuid) const {
  NvmlResult<nvml::Device> result;
  result.status = call(nvml_.device_by_uuid, uuid.c_str(), &result.value);
  return result;
}

NvmlResult<std::string> NvmlLibrary::uuid(nvml::Device device) const {
  return call_for_text(nvml_.uuid, device);
}

NvmlResult<std::string> NvmlLibrary::name(nvml::Device device) const {
  return call_for_text(nvml_.name, device);
}

NvmlResult<bool> NvmlLibrary::mig_enabled(nvml::Device device) const {
  unsigned current = 0;
  unsigned pending = 0;
  const Return status = call(nvml_.mig_mode, device, &current, &pending);
  if (status == nvml::kNotSupported || status == nvml::kFunctionNotFound) {
    return {nvml::kSuccess, false};
  }
  return {status, current == 1};
}

NvmlResult<Watts> NvmlLibrary::power_limit(nvml::Device device) const {
  unsigned milliwatts = 0;
  const Return status = call(nvml_.power_limit, device, &milliwatts);
  return {status, Watts(milliwatts * kMilli)};
}

NvmlResult<nvml::Memory> NvmlLibrary::memory(nvml::Device device) const {
  NvmlResult<nvml::Memory> result;
  result.status = call(nvml_.memory, device, &result.value);
  return result;
}

// Both values in one call, with the driver's own time stamp.
void NvmlLibrary::read_fields(nvml::Device device, NvmlReading& reading) const {
  std::array<nvml::FieldValue, 2> fields{};
  fields[0].field_id = nvml::kFieldTotalEnergy;
  fields[1].field_id = nvml::kFieldPowerInstant;
  const Return status = call(nvml_.field_values, device, 2, fields.data());
  if (status != nvml::kSuccess) {
    reading.energy.status = reading.power.status = status;
    return;
  }
  const NvmlResult<double> millijoules = number_of(fields[0]);
  const NvmlResult<double> milliwatts = number_of(fields[1]);
  reading.energy = {millijoules.status, Joules(millijoules.value * kMilli)};
  reading.power = {milliwatts.status, Watts(milliwatts.value * kMilli)};
  if (millijoules.ok() && fields[0].timestamp > 0) {
    reading.time_unix_s = static_cast<double>(fields[0].timestamp) * kMicro;
  }
}

NvmlReading NvmlLibrary::read(nvml::Device device) const {
  NvmlReading reading;
  read_fields(device, reading);
  if (!reading.energy.ok()) {
    unsigned long long millijoules = 0;
    reading.energy.status = call(nvml_.total_energy, device, &millijoules);
    reading.energy.value = Joules(static_cast<double>(millijoules) * kMilli);
  }
  if (!reading.power.ok()) {
    unsigned milliwatts = 0;
    reading.power.status = call(nvml_.power_usage, device, &milliwatts);
    reading.power.value = Watts(milliwatts * kMilli);
  }
  return reading;
}

GpuHealth NvmlLibrary::health(nvml::Device device) const {
  std::array<nvml::FieldValue, kThrottleFields.size() + kEccFields.size()> fields{};
  for (size_t i = 0; i < kThrottleFields.size(); ++i) fields[i].field_id = kThrottleFields[i].id;
  for (size_t i = 0; i < kEccFields.size(); ++i) {
    fields[kThrottleFields.size() + i].field_id = kEccFields[i].id;
  }
  GpuHealth health;
  const Return status =
      call(nvml_.field_values, device, static_cast<int>(fields.size()), fields.data());
  if (status != nvml::kSuccess) return health;
  for (size_t i = 0; i < kThrottleFields.size(); ++i) {
    const NvmlResult<double> nanoseconds = number_of(fields[i]);
    if (!nanoseconds.ok()) continue;
    health.throttled.emplace(kThrottleFields[i].name, Seconds(nanoseconds.value * kNano));
  }
  for (size_t i = 0; i < kEccFields.size(); ++i) {
    const NvmlResult<double> count = number_of(fields[kThrottleFields.size() + i]);
    if (count.ok()) health.ecc_errors.emplace(kEccFields[i].name, std::llround(count.value));
  }
  return health;
}

NvmlResult<std::string> NvmlLibrary::driver_version() const {
  return call_for_text(nvml_.driver_version);
}

NvmlResult<int> NvmlLibrary::cuda_driver_version() const {
  NvmlResult<int> result;
  result.status = call(nvml_.cuda_driver_version, &result.value);
  return result;
}

std::string NvmlLibrary::describe(Return status) const {
  if (status == nvml::kFunctionNotFound) return "function not found (the driver is too old)";
  const char* text = nvml_.error_string == nullptr ? nullptr : nvml_.error_string(status);
  return fmt::format("{} (NVML status {})", text == nullptr ? "no description" : text, status);
}

}  // namespace assay
