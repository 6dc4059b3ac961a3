#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "energy/gpu_health.h"
#include "energy/nvml_abi.h"
#include "units/quantity.h"

namespace assay {

/// A value that NVML gave, or the status it refused with.
template <class T>
struct NvmlResult {
  nvml::Return status = nvml::kUnknown;
  T value{};
  [[nodiscard]] bool ok() const { return status == nvml::kSuccess; }
};

/// Power and energy of one device, read in one call.
struct NvmlReading {
  NvmlResult<Joules> energy;  ///< since the driver was loaded
  NvmlResult<Watts> power;
  std::optional<double> time_unix_s;  ///< when the driver took them, where it says so
};

/// NVIDIA's management library, loaded at run time; initialised while this object lives. A symbol
/// that the library lacks answers "function not found". Used by one thread at a time.
class NvmlLibrary {
 public:
  /// Loads and initialises `file`. Gives the library, or in one line why it cannot be used.
  static std::variant<NvmlLibrary, std::string> open(const char* file = "libnvidia-ml.so.1");

  NvmlLibrary(NvmlLibrary&& other) noexcept;
  NvmlLibrary& operator=(NvmlLibrary&&) = delete;
  ~NvmlLibrary();

  [[nodiscard]] NvmlResult<unsigned> device_count() const;
  [[nodiscard]] NvmlResult<nvml::Device> device(unsigned index) const;
  [[nodiscard]] NvmlResult<nvml::Device> device(const std::string& uuid) const;
  [[nodiscard]] NvmlResult<std::string> uuid(nvml::Device device) const;
  [[nodiscard]] NvmlResult<std::string> name(nvml::Device device) const;
  /// Whether the device is cut into MIG instances. A library or device without MIG says no.
  [[nodiscard]] NvmlResult<bool> mig_enabled(nvml::Device device) const;
  [[nodiscard]] NvmlResult<Watts> power_limit(nvml::Device device) const;
  [[nodiscard]] NvmlResult<nvml::Memory> memory(nvml::Device device) const;
  [[nodiscard]] NvmlReading read(nvml::Device device) const;
  /// What the device says about its clocks and memory; a field that it refuses is absent.
  [[nodiscard]] GpuHealth health(nvml::Device device) const;

  [[nodiscard]] NvmlResult<std::string> driver_version() const;
  /// The newest CUDA that the driver can run: 13000 is 13.0.
  [[nodiscard]] NvmlResult<int> cuda_driver_version() const;
  /// NVML's own words for a status.
  [[nodiscard]] std::string describe(nvml::Return status) const;

 private:
  struct Functions {
    nvml::Return (*init)() = nullptr;
    nvml::Return (*shutdown)() = nullptr;
    const char* (*error_string)(nvml::Return) = nullptr;
    nvml::Return (*driver_version)(char*, unsigned) = nullptr;
    nvml::Return (*cuda_driver_version)(int*) = nullptr;
    nvml::Return (*device_count)(unsigned*) = nullptr;
    nvml::Return (*device_by_index)(unsigned, nvml::Device*) = nullptr;
    nvml::Return (*device_by_uuid)(const char*, nvml::Device*) = nullptr;
    nvml::Return (*uuid)(nvml::Device, char*, unsigned) = nullptr;
    nvml::Return (*name)(nvml::Device, char*, unsigned) = nullptr;
    nvml::Return (*mig_mode)(nvml::Device, unsigned*, unsigned*) = nullptr;
    nvml::Return (*power_limit)(nvml::Device, unsigned*) = nullptr;
    nvml::Return (*memory)(nvml::Device, nvml::Memory*) = nullptr;
    nvml::Return (*total_energy)(nvml::Device, unsigned long long*) = nullptr;
    nvml::Return (*power_usage)(nvml::Device, unsigned*) = nullptr;
    nvml::Return (*field_values)(nvml::Device, int, nvml::FieldValue*) = nullptr;
  };

  explicit NvmlLibrary(void* handle);
  void read_fields(nvml::Device device, NvmlReading& reading) const;

  void* handle_;
  Functions nvml_;
  bool initialised_ = false;
};

}  // namespace assay
