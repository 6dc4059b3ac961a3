# Speed of the build (ccache, mold) and the warnings that our own targets get.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # The two sloppiness settings are what ccache asks for to cache users of a precompiled header.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${launcher})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# The presets compile sixteen files of a module at a time: most of a small file's cost is its headers. File-local names
# differ within a module therefore. Users of torch's precompiled header go four at a time, so that one of them builds fast.
set(CMAKE_UNITY_BUILD_BATCH_SIZE 16)

add_library(assay_warnings INTERFACE)
target_compile_options(
  assay_warnings
  INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall
    -Wextra
    -Wpedantic
    -Wshadow
    -Wnon-virtual-dtor
    -Woverloaded-virtual
    # Designated initialisers leave the fields with defaults out on purpose.
    -Wno-missing-field-initializers>
    # g++ 12 reports std::string's operator+ here (GCC bug 105651).
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)
