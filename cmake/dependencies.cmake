# Third-party libraries of the torch-free half, all from Debian. Modules name the targets below in SYSTEM_LINKS.

find_package(Threads REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options) # Boost::program_options
find_package(Catch2 2.13 REQUIRED) # Catch2::Catch2
find_package(fmt REQUIRED) # linked by every module, as assay_fmt or fmt::fmt-header-only
find_package(nlohmann_json REQUIRED) # nlohmann_json::nlohmann_json
find_package(simdjson REQUIRED) # simdjson::simdjson: records of a million steps
find_package(tomlplusplus REQUIRED) # tomlplusplus::tomlplusplus
find_package(prometheus-cpp REQUIRED) # prometheus-cpp::pull, prometheus-cpp::push
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium) # PkgConfig::sodium
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash) # PkgConfig::xxhash
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8) # PkgConfig::pcre2
pkg_check_modules(sentencepiece REQUIRED IMPORTED_TARGET sentencepiece) # PkgConfig::sentencepiece
find_package(ICU REQUIRED COMPONENTS uc) # ICU::uc
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd) # PkgConfig::zstd

# The spine links libfmt: header-only fmt costs two of three seconds of every file. The half with LibTorch must not, since
# the torch wheel brings headers of another fmt, which come first there: it uses fmt::fmt-header-only. The two versions live
# in namespaces of their own. (fmt::fmt itself would define FMT_SHARED for both.)
add_library(assay_fmt INTERFACE)
target_link_libraries(assay_fmt INTERFACE $<TARGET_FILE:fmt::fmt>)
