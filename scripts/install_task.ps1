#Requires -Version 5.1
<#
.SYNOPSIS
    Makes, updates, tests or removes the scheduled task that runs flexsync for one configuration.

.DESCRIPTION
    Asks flexsync itself what to run, how often and from which minute on, and registers a task that runs whether or not a user
    is logged on, catches up a missed start, never overlaps itself and is ended after a time limit. Run it again after every
    change of sync.interval, of the account or of the installation: it replaces the task of the same configuration and no other.
    Run it in an elevated PowerShell, 5.1 or 7. With -WhatIf it only tells what it would do.

.PARAMETER Config
    The configuration, config.toml.

.PARAMETER Flexsync
    flexsync.exe. Without it: the one in .venv beside the configuration, beside this script's folder, or on the PATH.

.PARAMETER Account
    Who runs it: SYSTEM, a group managed service account (DOMAIN\name$), or a named account, whose password is asked.
    Without it: the account of -Credential, else the one that runs this script.

.PARAMETER Credential
    The named account with its password, where nobody is there to be asked.

.PARAMETER Output
    The file that keeps what the last run said; without it flexsync-task.txt beside the configuration.

.PARAMETER TestRun
    Starts the task once it is made, waits for its end, and explains its exit code. It is a real run.

.PARAMETER Remove
    Removes the task.

.EXAMPLE
    .\install_task.ps1 -Config C:\flexsync\config.toml -Account 'OFFICE\svc-flexsync$' -TestRun
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [Parameter(Mandatory = $true)]
    [string] $Config,
    [string] $Flexsync = '',
    [string] $Account = '',
    [System.Management.Automation.PSCredential] $Credential = $null,
    [string] $Output = '',
    [switch] $TestRun,
    [switch] $Remove
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# What flexsync says.
$ExitCodes = @{
    '0' = 'done'
    '1' = 'single items failed or were parked, or a mail waits: the summary names each'
    '2' = 'the configuration or the command line is wrong: run flexsync check'
    '3' = 'held back by the guard: look at the plan, then flexsync approve, or mend the cause'
    '4' = 'Admin, Flexmail or a login failed: run flexsync check'
    '5' = 'another run was still under way: nothing to do, unless it stays'
    '6' = 'the state is damaged: see Recovery in the README'
    '7' = 'the month''s calls are spent: what waits goes first next month'
    '70' = 'a bug: report it, with the log'
    '130' = 'interrupted: the next run goes on where it stopped'
}

# What Windows says where flexsync did not get to say anything.
$TaskResults = @{
    '267009' = 'it is running now'
    '267010' = 'the task is disabled'
    '267011' = 'it has not run yet'
    '267014' = 'it was ended by somebody, or at its time limit'
    '2147750687' = 'it was running already'
    '2147942402' = 'the program was not found: install the task again'
    '2147942405' = 'access denied: the account may not read the program''s folder'
    '2147943645' = 'the account was not logged on: install the task to run without'
    '2147943726' = 'the account or its password is wrong: install the task again'
    '2147943785' = 'the account lacks the right to log on as a batch job'
    '2147946720' = 'Windows refused to start it: no right, or its conditions are not met'
    '3221225786' = 'it was stopped from outside'
}

function Get-Meaning {
    param([string] $Code)
    if ($ExitCodes.ContainsKey($Code)) {
        return $ExitCodes[$Code]
    }
    if ($TaskResults.ContainsKey($Code)) {
        return $TaskResults[$Code]
    }
    return 'no exit code of flexsync: the program could not be started, or was killed'
}

function Test-Elevated {
    $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object System.Security.Principal.WindowsPrincipal($identity)
    return $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
}

function Find-Flexsync {
    param([string] $Given, [string] $Folder)
    if ($Given -ne '') {
        return (Resolve-Path -LiteralPath $Given).ProviderPath
    }
    foreach ($place in @($Folder, (Split-Path -Parent $PSScriptRoot))) {
        $candidate = Join-Path $place '.venv\Scripts\flexsync.exe'
        if (Test-Path -LiteralPath $candidate) {
            return $candidate
        }
    }
    $command = Get-Command 'flexsync.exe' -ErrorAction SilentlyContinue
    if ($null -eq $command) {
        throw 'flexsync.exe was not found: name it with -Flexsync'
    }
    return $command.Path
}

function Get-Facts {
    param([string] $Program, [string] $Configuration)
    $lines = & $Program --config $Configuration schedule show --json
    if ($LASTEXITCODE -ne 0) {
        throw "flexsync can't use $Configuration (exit code $LASTEXITCODE): mend what it says above"
    }
    return ($lines -join "`n") | ConvertFrom-Json
}

# Names of built-in accounts are in the language of Windows; their numbers are not.
$SystemSid = 'S-1-5-18'
$OtherServices = @('S-1-5-19', 'S-1-5-20')

function Get-AccountSid {
    param([string] $Name)
    if ($Name -match '^(NT AUTHORITY\\)?SYSTEM$' -or $Name -eq $SystemSid) {
        return $SystemSid
    }
    try {
        return (New-Object System.Security.Principal.NTAccount($Name)).Translate([System.Security.Principal.SecurityIdentifier]).Value
    }
    catch {
        throw "Windows knows no account $Name here: write it as DOMAIN\name, a group managed service account with a dollar sign at its end"
    }
}

function Get-AccountKind {
    param([string] $Name, [string] $Sid)
    if ($Sid -eq $SystemSid) {
        return 'system'
    }
    if ($OtherServices -contains $Sid) {
        throw "$Name is shared with other services, which could read flexsync's secrets: use SYSTEM, a group managed service account, or a named one"
    }
    if ($Name.EndsWith('$')) {
        return 'managed'
    }
    return 'named'
}

function Test-EnvironmentSecret {
    param([string] $Name, [bool] $IsMe)
    if ($null -ne [Environment]::GetEnvironmentVariable($Name, 'Machine')) {
        return $true
    }
    return $IsMe -and ($null -ne [Environment]::GetEnvironmentVariable($Name, 'User'))
}

function Show-SecretWarnings {
    param($Secrets, [string] $Who, [bool] $IsMe)
    foreach ($secret in $Secrets) {
        if ($secret.kind -eq 'env' -and -not (Test-EnvironmentSecret -Name $secret.name -IsMe $IsMe)) {
            Write-Warning "$($secret.key): the variable $($secret.name) is no variable of the system, and may be out of sight of $Who. Set it for the machine, or use { file = ... }."
        }
        if ($secret.kind -eq 'keyring' -and -not $IsMe) {
            Write-Warning "$($secret.key): $Who can't see the keyring of another account. Store it there as $Who, or use { file = ... }."
        }
        if ($secret.kind -eq 'file' -and -not (Test-Path -LiteralPath $secret.name)) {
            Write-Warning "$($secret.key): there is no file $($secret.name)."
        }
    }
}

function Show-PlaceWarnings {
    param($Facts, [string] $Who, [string] $Sid, [bool] $IsMe)
    $mine = $env:USERPROFILE.TrimEnd('\') + '\'
    foreach ($path in @($Facts.program[0], $Facts.python, $Facts.folder)) {
        if (-not $IsMe -and "$path\".StartsWith($mine, [System.StringComparison]::OrdinalIgnoreCase)) {
            Write-Warning "$path is in the profile of $env:USERNAME, where $Who may not read: install Python for all users, and keep flexsync and its folder outside of the profile."
        }
        if ($path.StartsWith('\\') -or (New-Object System.IO.DriveInfo([System.IO.Path]::GetPathRoot($path))).DriveType -eq 'Network') {
            Write-Warning "$path is on the network: a task does not see mapped drives, and the state belongs on a local disk."
        }
    }
    if (-not $IsMe -and $Sid -ne $SystemSid) {
        Write-Output "$Who must be able to write to the folder. If it can't yet: icacls ""$($Facts.folder)"" /grant '${Who}:(OI)(CI)M'"
    }
}

function Show-DatabaseLogin {
    param($Facts, [string] $Who, [string] $Sid, [bool] $IsMe)
    if (-not $Facts.trusted_connection -or $IsMe) {
        return
    }
    $login = $Who
    if ($Sid -eq $SystemSid) {
        $login = "${env:USERDOMAIN}\${env:COMPUTERNAME}`$ (on the database's own machine: NT AUTHORITY\SYSTEM)"
    }
    Write-Warning "admin.connection logs in as whoever runs it: the database must know $login, with the rights that flexsync check prints."
}

function Get-TaskArgument {
    param($Facts, [string] $File)
    $words = @($Facts.program) + @('-q', '--config', $Facts.configuration, 'run')
    foreach ($word in ($words + @($File))) {
        if ($word -match '[%"]') {
            throw "a path with % or a quote can't be used in a task: $word"
        }
    }
    $quoted = ($words | ForEach-Object { """$_""" }) -join ' '
    # cmd keeps what is said before the log is there, such as a variable that this account does not see.
    return "/d /s /c ""$quoted > ""$File"" 2>&1"""
}

function Register-Task {
    param($Facts, [string] $Who, [string] $Kind, [string] $File, $Login)
    $begin = (Get-Date).Date + [TimeSpan]::Parse($Facts.start)
    $every = New-TimeSpan -Minutes $Facts.interval_minutes
    $limit = New-TimeSpan -Hours $Facts.time_limit_hours
    $cmd = Join-Path $env:SystemRoot 'System32\cmd.exe'
    $argument = Get-TaskArgument -Facts $Facts -File $File
    $trigger = New-ScheduledTaskTrigger -Once -At $begin -RepetitionInterval $every
    # Without a zone it is the office's clock, in summer too.
    $trigger.StartBoundary = $begin.ToString('s')
    $task = @{
        TaskName = $Facts.name
        Description = "Runs flexsync for $($Facts.configuration). Made by install_task.ps1."
        Action = New-ScheduledTaskAction -Execute $cmd -Argument $argument -WorkingDirectory $Facts.folder
        Trigger = $trigger
        Settings = New-ScheduledTaskSettingsSet -StartWhenAvailable -MultipleInstances IgnoreNew -ExecutionTimeLimit $limit -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
        Force = $true
    }
    if ($Kind -eq 'system') {
        $task['Principal'] = New-ScheduledTaskPrincipal -UserId $SystemSid -LogonType ServiceAccount
    }
    if ($Kind -eq 'managed') {
        $task['Principal'] = New-ScheduledTaskPrincipal -UserId $Who -LogonType Password
    }
    if ($Kind -eq 'named') {
        $task['User'] = $Login.UserName
        $task['Password'] = $Login.GetNetworkCredential().Password
    }
    $null = Register-ScheduledTask @task
}

function Test-Busy {
    param([string] $Name)
    return @('Running', 'Queued', '4', '2') -contains "$((Get-ScheduledTask -TaskPath '\' -TaskName $Name).State)"
}

function Invoke-Task {
    param([string] $Name)
    if (Test-Busy -Name $Name) {
        throw "$Name is running already: try again when it has ended"
    }
    $before = (Get-ScheduledTaskInfo -TaskPath '\' -TaskName $Name).LastRunTime
    $patience = (Get-Date).AddMinutes(1)
    Start-ScheduledTask -TaskPath '\' -TaskName $Name
    do {
        Start-Sleep -Seconds 2
        $info = Get-ScheduledTaskInfo -TaskPath '\' -TaskName $Name
        if ($info.LastRunTime -eq $before -and (Get-Date) -gt $patience) {
            throw "Windows did not start it within a minute ($($info.LastTaskResult): $(Get-Meaning -Code "$($info.LastTaskResult)"))"
        }
    } while ($info.LastRunTime -eq $before -or (Test-Busy -Name $Name))
    return (Get-ScheduledTaskInfo -TaskPath '\' -TaskName $Name).LastTaskResult
}

# cmd says 1, too, where it can't write what the run says; then the file is not of this run.
function Show-Said {
    param([string] $File, [datetime] $Begin, [string] $Who)
    if ((Test-Path -LiteralPath $File) -and (Get-Item -LiteralPath $File).LastWriteTime -ge $Begin) {
        Get-Content -LiteralPath $File -Tail 20
        return
    }
    Write-Warning "$File was not written: flexsync was not started, or $Who may not write there."
}

if ($env:OS -ne 'Windows_NT') {
    throw 'this is for Windows; elsewhere: flexsync schedule show'
}
if (-not $WhatIfPreference -and -not (Test-Elevated)) {
    throw 'run this in an elevated PowerShell (Run as administrator), or with -WhatIf'
}

$configuration = (Resolve-Path -LiteralPath $Config).ProviderPath
$program = Find-Flexsync -Given $Flexsync -Folder (Split-Path -Parent $configuration)
$facts = Get-Facts -Program $program -Configuration $configuration
$me = [System.Security.Principal.WindowsIdentity]::GetCurrent()

if ($Remove) {
    if ($null -eq (Get-ScheduledTask -TaskPath '\' -TaskName $facts.name -ErrorAction SilentlyContinue)) {
        Write-Output "There is no task $($facts.name)."
    }
    elseif ($PSCmdlet.ShouldProcess($facts.name, 'remove the scheduled task')) {
        Unregister-ScheduledTask -TaskPath '\' -TaskName $facts.name -Confirm:$false
        Write-Output "Removed the task $($facts.name)."
    }
    exit 0
}

$who = $Account
if ($who -eq '' -and $null -ne $Credential) {
    $who = $Credential.UserName
}
if ($who -eq '') {
    $who = $me.Name
}
$sid = Get-AccountSid -Name $who
$kind = Get-AccountKind -Name $who -Sid $sid
$isMe = $sid -eq $me.User.Value
$file = $Output
if ($file -eq '') {
    $file = Join-Path $facts.folder 'flexsync-task.txt'
}
$file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($file)

Show-SecretWarnings -Secrets $facts.secrets -Who $who -IsMe $isMe
Show-PlaceWarnings -Facts $facts -Who $who -Sid $sid -IsMe $isMe
Show-DatabaseLogin -Facts $facts -Who $who -Sid $sid -IsMe $isMe

$told = "run flexsync every $($facts.interval_minutes) minutes, from $($facts.start), as $who"
if ($PSCmdlet.ShouldProcess($facts.name, $told)) {
    if ($kind -eq 'named' -and $null -eq $Credential) {
        $Credential = Get-Credential -UserName $who -Message 'The account that runs flexsync'
    }
    if ($kind -eq 'named' -and ($null -eq $Credential -or (Get-AccountSid -Name $Credential.UserName) -ne $sid)) {
        throw "the password of $who is needed, so that the task runs while nobody is logged on"
    }
    Register-Task -Facts $facts -Who $who -Kind $kind -File $file -Login $Credential
    Write-Output "The task $($facts.name) will $told."
    Write-Output "Its log is $($facts.log); what the last run said is in $file."
}

if ($TestRun -and $PSCmdlet.ShouldProcess($facts.name, 'start a real run now')) {
    Write-Output 'Started; waiting for its end. Ctrl-C leaves it running.'
    $begin = (Get-Date).AddSeconds(-2)
    $code = Invoke-Task -Name $facts.name
    Write-Output "Exit code ${code}: $(Get-Meaning -Code "$code")"
    Show-Said -File $file -Begin $begin -Who $who
    if ("$code" -ne '0') {
        exit 1
    }
}
