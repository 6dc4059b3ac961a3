// Preloaded into the program: sets the host's clock forward by ASSAY_FAKE_CLOCK_SET_S seconds
// (negative: back) once the file ASSAY_FAKE_CLOCK_AT is there and has three lines.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

namespace {

bool has_three_lines(const char* path) {
  FILE* file = path == nullptr ? nullptr : fopen(path, "r");
  if (file == nullptr) return false;
  int lines = 0;
  for (int c = fgetc(file); c != EOF && lines < 3; c = fgetc(file)) lines += c == '\n' ? 1 : 0;
  fclose(file);
  return lines == 3;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  using Function = int (*)(clockid_t, timespec*);
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "clock_gettime"));
  const int result = real(clock, time);
  if (result != 0 || clock != CLOCK_REALTIME) return result;
  static bool set = false;
  set = set || has_three_lines(getenv("ASSAY_FAKE_CLOCK_AT"));
  const char* seconds = getenv("ASSAY_FAKE_CLOCK_SET_S");
  if (set && seconds != nullptr) time->tv_sec += atol(seconds);
  return result;
}
