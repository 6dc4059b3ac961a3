// A libnvidia-ml.so.1 without a GPU. nvmlInit_v2 reads the script that ASSAY_FAKE_NVML names:
//
//   init_status 9                  what nvmlInit_v2 answers
//   driver 580.65.06
//   cuda 13000
//   gpu GPU-1 NVIDIA H100 80GB HBM3   begins a device; the lines below are about it
//   mig 1                          MIG mode
//   open_status 4                  what opening it answers
//   energy 1000 1000 1250 !15      mJ of successive readings, "!15" for a status; the last one stays
//   power 300000 !3                mW, likewise
//   throttled_ns 74 1000000 !3     successive values of a throttle field (74, 75, 77, 79)
//   ecc 4 0 1                      successive values of an ECC field (3, 4)
//   time_us 0                      time stamp of field values; 0 for none
//
// The types are copied from NVIDIA's nvml.h on purpose, not from our own header: the two must fit.
// Built with ASSAY_FAKE_NVML_OLD it lacks what old drivers lack.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

extern "C" {
typedef int nvmlReturn_t;
typedef struct nvmlDevice_st* nvmlDevice_t;
typedef union {
  double dVal;
  int siVal;
  unsigned int uiVal;
  unsigned long ulVal;
  unsigned long long ullVal;
  signed long long sllVal;
  unsigned short usVal;
} nvmlValue_t;
typedef struct {
  unsigned int fieldId;
  unsigned int scopeId;
  long long timestamp;
  long long latencyUsec;
  int valueType;
  nvmlReturn_t nvmlReturn;
  nvmlValue_t value;
} nvmlFieldValue_t;
typedef struct {
  unsigned long long total, free, used;
} nvmlMemory_t;
}

namespace {

// The meter and the health monitor read from threads of their own.
std::mutex g_mutex;
int g_num_users = 0;

struct Answers {
  std::vector<std::string> items;
  size_t next = 0;

  nvmlReturn_t take(unsigned long long* value) {
    if (items.empty()) return 3;
    const std::lock_guard lock(g_mutex);
    const std::string& item = items[next];
    if (next + 1 < items.size()) ++next;
    if (item[0] == '!') return std::atoi(item.c_str() + 1);
    *value = std::strtoull(item.c_str(), nullptr, 10);
    return 0;
  }
};

}  // namespace

struct nvmlDevice_st {
  std::string uuid;
  std::string name;
  unsigned mig = 0;
  nvmlReturn_t open_status = 0;
  Answers energy;
  Answers power;
  std::map<unsigned, Answers> fields;
  long long time_us = 0;
};

namespace {

struct Script {
  nvmlReturn_t init_status = 0;
  std::string driver = "580.65.06";
  int cuda = 13000;
  std::vector<nvmlDevice_st> gpus;
};

Script g_script;

Answers read_answers(std::istringstream& line) {
  Answers answers;
  for (std::string item; line >> item;) answers.items.push_back(item);
  return answers;
}

void read_line(const std::string& text) {
  std::istringstream line(text);
  std::string key;
  line >> key;
  if (key == "gpu") {
    nvmlDevice_st gpu;
    line >> gpu.uuid >> std::ws;
    std::getline(line, gpu.name);
    g_script.gpus.push_back(gpu);
  } else if (key == "init_status") {
    line >> g_script.init_status;
  } else if (key == "driver") {
    line >> g_script.driver;
  } else if (key == "cuda") {
    line >> g_script.cuda;
  } else if (key == "mig") {
    line >> g_script.gpus.back().mig;
  } else if (key == "open_status") {
    line >> g_script.gpus.back().open_status;
  } else if (key == "energy") {
    g_script.gpus.back().energy = read_answers(line);
  } else if (key == "power") {
    g_script.gpus.back().power = read_answers(line);
  } else if (key == "throttled_ns" || key == "ecc") {
    unsigned id = 0;
    line >> id;
    g_script.gpus.back().fields[id] = read_answers(line);
  } else if (key == "time_us") {
    line >> g_script.gpus.back().time_us;
  }
}

nvmlReturn_t copy_text(const std::string& text, char* out, unsigned size) {
  if (text.size() + 1 > size) return 7;
  std::memcpy(out, text.c_str(), text.size() + 1);
  return 0;
}

}  // namespace

extern "C" {

// As in the real library, the first user opens and the last one closes.
nvmlReturn_t nvmlInit_v2() {
  const std::lock_guard lock(g_mutex);
  if (g_num_users > 0) {
    ++g_num_users;
    return 0;
  }
  g_script = {};
  const char* name = std::getenv("ASSAY_FAKE_NVML");
  if (name == nullptr) return 9;
  std::ifstream file(name);
  for (std::string line; std::getline(file, line);) read_line(line);
  if (g_script.init_status == 0) ++g_num_users;
  return g_script.init_status;
}
nvmlReturn_t nvmlShutdown() {
  const std::lock_guard lock(g_mutex);
  if (g_num_users == 0) return 1;
  --g_num_users;
  return 0;
}
const char* nvmlErrorString(nvmlReturn_t status) {
  switch (status) {
    case 3:
      return "Not Supported";
    case 4:
      return "Insufficient Permissions";
    case 6:
      return "Not Found";
    case 9:
      return "Driver Not Loaded";
    case 15:
      return "GPU is lost";
    default:
      return "Unknown Error";
  }
}
nvmlReturn_t nvmlSystemGetDriverVersion(char* out, unsigned size) {
  return copy_text(g_script.driver, out, size);
}
nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int* version) {
  *version = g_script.cuda;
  return 0;
}
nvmlReturn_t nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(g_script.gpus.size());
  return 0;
}
nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t* device) {
  if (index >= g_script.gpus.size()) return 2;
  *device = &g_script.gpus[index];
  return (*device)->open_status;
}
nvmlReturn_t nvmlDeviceGetHandleByUUID(const char* uuid, nvmlDevice_t* device) {
  for (nvmlDevice_st& gpu : g_script.gpus) {
    if (gpu.uuid != uuid) continue;
    *device = &gpu;
    return gpu.open_status;
  }
  return 6;
}
nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char* out, unsigned size) {
  return copy_text(device->uuid, out, size);
}
nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char* out, unsigned size) {
  return copy_text(device->name, out, size);
}
nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t, nvmlMemory_t* memory) {
  *memory = {85'899'345'920ULL, 80'000'000'000ULL, 5'899'345'920ULL};
  return 0;
}
nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t, unsigned* milliwatts) {
  *milliwatts = 700'000;
  return 0;
}
nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned* milliwatts) {
  unsigned long long value = 0;
  const nvmlReturn_t status = device->power.take(&value);
  *milliwatts = static_cast<unsigned>(value);
  return status;
}

#ifndef ASSAY_FAKE_NVML_OLD
nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned* current, unsigned* pending) {
  *current = *pending = device->mig;
  return 0;
}
nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long* mj) {
  return device->energy.take(mj);
}
nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t* values) {
  for (int i = 0; i < count; ++i) {
    nvmlFieldValue_t& field = values[i];
    unsigned long long value = 0;
    field.timestamp = device->time_us;
    field.latencyUsec = 12;
    if (field.fieldId == 83) {
      field.nvmlReturn = device->energy.take(&value);
      field.valueType = 3;
      field.value.ullVal = value;
    } else if (field.fieldId == 186) {
      field.nvmlReturn = device->power.take(&value);
      field.valueType = 1;
      field.value.uiVal = static_cast<unsigned>(value);
    } else {
      field.nvmlReturn = device->fields[field.fieldId].take(&value);
      field.valueType = 3;
      field.value.ullVal = value;
    }
  }
  return 0;
}
#endif

}  // extern "C"
